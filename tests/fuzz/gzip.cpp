// Bytes that may be gzip, whole or damaged. Whatever can be read must be the same in small and in large pieces.
#include <cstdlib>

#include "harness/data/loaders/record_reader.h"
#include "tests/fuzz/scratch_folder.h"

using namespace recgauge;

namespace {

// A bomb of a few bytes unpacks to more than anybody waits for.
constexpr size_t kMostBytes = size_t{1} << 20;

std::string read_in_pieces(const std::string& path, size_t piece) {
  ByteSource source(path);
  std::string all;
  std::string buffer(piece, '\0');
  while (all.size() < kMostBytes) {
    const size_t count = source.read(buffer.data(), buffer.size());
    if (count == 0) break;
    all.append(buffer, 0, count);
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const fuzz::ScratchFolder kFolder;
  const std::string path = kFolder.write("bytes.gz", {reinterpret_cast<const char*>(data), size});
  try {
    const std::string whole = read_in_pieces(path, 65536);
    if (whole.size() < kMostBytes && read_in_pieces(path, 7) != whole) std::abort();
  } catch (const DataError&) {
  }
  return 0;
}
