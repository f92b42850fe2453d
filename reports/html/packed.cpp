#include "reports/html/packed.h"

#include <zlib.h>

#include <new>
#include <stdexcept>

#include "harness/system/base64.h"

namespace recgauge::reports {
namespace {

// A window of 32 KiB, and a gzip header without name and time. Its trailer tells the browser the size beforehand.
constexpr int kGzip = 15 + 16;
constexpr size_t kMaximum = size_t{1} << 30;

std::string gzip(std::string_view text) {
  z_stream stream = {};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  std::string bytes(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  const int ended = deflate(&stream, Z_FINISH);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  if (ended != Z_STREAM_END) throw std::logic_error("deflate ended before its input");
  return bytes;
}

}  // namespace

std::string packed(std::string_view text) {
  if (text.size() > kMaximum) throw std::length_error("a report above 1 GiB does not fit into a page");
  return encode_base64(gzip(text));
}

}  // namespace recgauge::reports
