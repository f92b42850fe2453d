// The file in which training keeps its state. It holds numbers and nothing else: no code is run to read one, and a file
// that was cut short, altered or made up is refused as bad data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace recgauge::reference_models {

/// An array of numbers as bytes in the machine's order.
struct NamedArray {
  std::string name;
  std::string type;  ///< "float32", "float64" or "int64"
  std::vector<int64_t> shape;
  std::string bytes;  ///< row-major
};

struct Checkpoint {
  std::map<std::string, std::string> facts;
  std::vector<NamedArray> arrays;

  /// Throws DataError when there is no such array or fact.
  const NamedArray& array(const std::string& name) const;
  const std::string& fact(const std::string& name) const;
};

/// The file: a line "recgauge checkpoint 1", the length of the header (8 bytes, little endian), the header (JSON:
/// facts, and name, type and shape of each array), the arrays' bytes one after another, and the SHA-256 of all before
/// it in hexadecimal.
std::string encode(const Checkpoint& checkpoint);

/// Throws DataError naming `file` and what is wrong: another kind of file, cut short, sizes that do not fit, altered.
Checkpoint decode(std::string_view bytes, const std::string& file);

/// Writes whole or not at all. Throws SystemError.
void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Throws DataError.
Checkpoint read_checkpoint(const std::filesystem::path& path);

}  // namespace recgauge::reference_models
