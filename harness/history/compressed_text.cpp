#include "harness/history/compressed_text.h"

#include <zlib.h>

#include "harness/system/error.h"

namespace recgauge {

std::vector<char> compress_text(std::string_view text) {
  uLongf size = compressBound(static_cast<uLong>(text.size()));
  std::vector<char> bytes(size);
  const int code = compress2(reinterpret_cast<Bytef*>(bytes.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
                             static_cast<uLong>(text.size()), 6);
  if (code != Z_OK) throw SystemError("cannot compress a report: out of memory");
  bytes.resize(size);
  return bytes;
}

std::string expand_text(const std::vector<char>& bytes, size_t size) {
  std::string text(size, '\0');
  uLongf expanded = static_cast<uLongf>(size);
  const int code = uncompress(reinterpret_cast<Bytef*>(text.data()), &expanded,
                              reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uLong>(bytes.size()));
  if (code != Z_OK || expanded != size) throw SystemError("a stored report is damaged; add the run again");
  return text;
}

}  // namespace recgauge
