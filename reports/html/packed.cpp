#include "reports/html/packed.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <stdexcept>
#include <vector>

namespace recgauge::reports {
namespace {

using Bytes = std::vector<unsigned char>;

// A window of 32 KiB, and a gzip header without name and time.
constexpr int kGzip = 15 + 16;
constexpr size_t kMaximum = std::numeric_limits<int>::max() / 2;

Bytes gzip(std::string_view text) {
  z_stream stream = {};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  Bytes bytes(deflateBound(&stream, static_cast<uLong>(text.size())));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = bytes.data();
  stream.avail_out = static_cast<uInt>(bytes.size());
  const int ended = deflate(&stream, Z_FINISH);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  if (ended != Z_STREAM_END) throw std::logic_error("deflate ended before its input");
  return bytes;
}

std::string base64(const Bytes& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  return text;
}

}  // namespace

std::string packed(std::string_view text) {
  if (text.size() > kMaximum) throw std::length_error("a report above 1 GiB does not fit into a page");
  return base64(gzip(text));
}

}  // namespace recgauge::reports
