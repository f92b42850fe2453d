#include "reference_models/neural/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "harness/system/error.h"
#include "harness/system/whole_file.h"

namespace recgauge::reference_models {
namespace {

constexpr std::string_view kMagic = "recgauge checkpoint 1\n";
constexpr size_t kHashLength = 64;
constexpr uint64_t kMostHeader = 16U << 20U;
constexpr size_t kMostDimensions = 8;

uint64_t width_of(const std::string& type) {
  if (type == "float32") return 4;
  return type == "float64" || type == "int64" ? 8 : 0;
}

// Bytes of an array, or nothing where they cannot be: the sizes are foreign, so every product is checked.
std::optional<uint64_t> size_of(const NamedArray& array) {
  uint64_t size = width_of(array.type);
  if (size == 0 || array.shape.size() > kMostDimensions) return std::nullopt;
  for (const int64_t length : array.shape) {
    if (length < 0 || __builtin_mul_overflow(size, static_cast<uint64_t>(length), &size)) return std::nullopt;
  }
  return size;
}

[[noreturn]] void refuse(const std::string& file, const std::string& what) {
  throw DataError(fmt::format("{} is no usable checkpoint: {}; remove it to train anew", file, what));
}

// Walks over the bytes of a file and never past their end.
class Reader {
 public:
  Reader(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  std::string_view take(uint64_t size) {
    if (size > bytes_.size() - position_) refuse(file_, "it is cut short");
    const std::string_view taken = bytes_.substr(position_, size);
    position_ += size;
    return taken;
  }
  size_t position() const { return position_; }
  size_t left() const { return bytes_.size() - position_; }

 private:
  std::string_view bytes_;
  const std::string& file_;
  size_t position_ = 0;
};

uint64_t read_length(std::string_view bytes) {
  uint64_t length = 0;
  for (size_t i = 0; i < 8; ++i) length |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return length;
}

void read_header(std::string_view text, const std::string& file, Checkpoint& checkpoint) {
  try {
    const nlohmann::json header = nlohmann::json::parse(text);
    checkpoint.facts = header.at("facts").get<std::map<std::string, std::string>>();
    std::set<std::string> names;
    for (const nlohmann::json& entry : header.at("arrays")) {
      NamedArray array{entry.at("name").get<std::string>(), entry.at("type").get<std::string>(),
                       entry.at("shape").get<std::vector<int64_t>>(), ""};
      if (!names.insert(array.name).second) refuse(file, fmt::format("it holds '{}' twice", array.name));
      checkpoint.arrays.push_back(std::move(array));
    }
  } catch (const nlohmann::json::exception& error) {
    refuse(file, fmt::format("its header cannot be read ({})", error.what()));
  }
}

std::string header_of(const Checkpoint& checkpoint) {
  nlohmann::json arrays = nlohmann::json::array();
  for (const NamedArray& array : checkpoint.arrays) {
    arrays.push_back({{"name", array.name}, {"type", array.type}, {"shape", array.shape}});
  }
  return nlohmann::json{{"facts", checkpoint.facts}, {"arrays", arrays}}.dump();
}

}  // namespace

const NamedArray& Checkpoint::array(const std::string& name) const {
  for (const NamedArray& array : arrays) {
    if (array.name == name) return array;
  }
  throw DataError(fmt::format("the checkpoint holds no array '{}'; remove it to train anew", name));
}

const std::string& Checkpoint::fact(const std::string& name) const {
  const auto found = facts.find(name);
  if (found == facts.end()) {
    throw DataError(fmt::format("the checkpoint holds no fact '{}'; remove it to train anew", name));
  }
  return found->second;
}

std::string encode(const Checkpoint& checkpoint) {
  const std::string header = header_of(checkpoint);
  std::string bytes(kMagic);
  for (size_t i = 0; i < 8; ++i) bytes += static_cast<char>((header.size() >> (8 * i)) & 0xFFU);
  bytes += header;
  for (const NamedArray& array : checkpoint.arrays) bytes += array.bytes;
  bytes += sha256_hex(bytes);
  return bytes;
}

Checkpoint decode(std::string_view bytes, const std::string& file) {
  if (!bytes.starts_with(kMagic)) refuse(file, "it does not begin as one");
  Reader reader(bytes, file);
  reader.take(kMagic.size());
  const uint64_t header_length = read_length(reader.take(8));
  if (header_length > kMostHeader) refuse(file, "its header is too long");
  Checkpoint checkpoint;
  const std::string_view header = reader.take(header_length);
  if (reader.left() < kHashLength) refuse(file, "it is cut short");
  const std::string_view hash = bytes.substr(bytes.size() - kHashLength);
  if (sha256_hex(bytes.substr(0, bytes.size() - kHashLength)) != hash) {
    refuse(file, "its hash does not fit: it was cut short or altered");
  }
  read_header(header, file, checkpoint);
  for (NamedArray& array : checkpoint.arrays) {
    const std::optional<uint64_t> size = size_of(array);
    if (!size) refuse(file, fmt::format("type or shape of '{}' cannot be", array.name));
    array.bytes = std::string(reader.take(*size));
  }
  if (reader.left() != kHashLength) refuse(file, "it is not as long as its header says");
  return checkpoint;
}

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  write_whole_file(path, encode(checkpoint));
}

Checkpoint read_checkpoint(const std::filesystem::path& path) { return decode(read_whole_file(path), path.string()); }

}  // namespace recgauge::reference_models
