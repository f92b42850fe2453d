#include "reference_models/text/npy.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>
#include <regex>

#include "harness/system/error.h"

namespace recgauge::reference_models {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr size_t kLongestHeader = 1U << 16;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& problem) {
  throw DataError(SourcePlace{path.string(), 0, 0},
                  problem + "; save it with numpy.save(file, vectors.astype('float32'))");
}

std::string read_bytes(std::istream& in, size_t size) {
  std::string bytes(size, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  bytes.resize(static_cast<size_t>(in.gcount()));
  return bytes;
}

size_t little_endian(std::string_view bytes) {
  size_t value = 0;
  for (size_t i = bytes.size(); i > 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
  return value;
}

struct Header {
  size_t rows = 0;
  size_t columns = 0;
  bool is_double = false;
};

std::optional<Header> parse_header(const std::string& text) {
  static const std::regex kShape(R"('shape':\s*\((\d{1,10}),\s*(\d{1,7}),?\s*\))");
  static const std::regex kType(R"('descr':\s*'<f([48])')");
  static const std::regex kOrder(R"('fortran_order':\s*False)");
  std::smatch shape;
  std::smatch type;
  if (!std::regex_search(text, shape, kShape) || !std::regex_search(text, type, kType)) return std::nullopt;
  if (!std::regex_search(text, kOrder)) return std::nullopt;
  return Header{std::stoull(shape[1]), std::stoull(shape[2]), type[1] == "8"};
}

template <typename Number>
void copy_numbers(const std::string& bytes, std::vector<float>& values) {
  for (size_t i = 0; i < values.size(); ++i) {
    Number number;
    std::memcpy(&number, bytes.data() + i * sizeof(Number), sizeof(Number));
    values[i] = static_cast<float>(number);
  }
}

}  // namespace

FactorMatrix read_npy(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string start = read_bytes(in, 8);
  if (start.size() != 8 || !start.starts_with(kMagic)) fail(path, "no .npy file");
  const size_t length = little_endian(read_bytes(in, start[6] == 1 ? 2 : 4));
  if (length > kLongestHeader) fail(path, "its header is too long");
  const auto header = parse_header(read_bytes(in, length));
  if (!header) fail(path, "not a matrix of two dimensions in C order of float32 or float64");
  const size_t width = header->is_double ? 8 : 4;
  const auto present = std::filesystem::file_size(path) - static_cast<size_t>(in.tellg());
  if (header->columns == 0 || present / width / header->columns != header->rows ||
      present != header->rows * header->columns * width) {
    fail(path, fmt::format("{} x {} numbers do not fit its size", header->rows, header->columns));
  }
  FactorMatrix matrix{header->rows, header->columns, std::vector<float>(header->rows * header->columns)};
  const std::string bytes = read_bytes(in, present);
  header->is_double ? copy_numbers<double>(bytes, matrix.values) : copy_numbers<float>(bytes, matrix.values);
  for (const float value : matrix.values) {
    if (!std::isfinite(value)) fail(path, "it holds values that are not finite");
  }
  return matrix;
}

}  // namespace recgauge::reference_models
