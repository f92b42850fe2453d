#include "reports/attestation/file_record.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "harness/system/error.h"
#include "harness/system/text.h"

namespace recgauge::attestation {
namespace {

constexpr uint64_t kSmallestChunk = 4096;
constexpr uint64_t kSmallFile = uint64_t{4} << 20;
constexpr uint64_t kMostChunks = 16384;

std::string reason() { return std::generic_category().message(errno); }

void append(std::vector<ByteRange>& ranges, ByteRange next) {
  if (next.begin == next.end) return;
  if (!ranges.empty() && ranges.back().end == next.begin) {
    ranges.back().end = next.end;
  } else {
    ranges.push_back(next);
  }
}

}  // namespace

uint64_t chunk_size_for(uint64_t file_size) {
  uint64_t size = kSmallestChunk;
  if (file_size <= kSmallFile) return size;
  while (chunk_count(file_size, size) > kMostChunks) size *= 2;
  return size;
}

uint64_t chunk_count(uint64_t file_size, uint64_t chunk_size) {
  return file_size / chunk_size + (file_size % chunk_size == 0 ? 0 : 1);
}

FileDigest::FileDigest(std::string name, uint64_t chunk_size, uint64_t chunked_size) : chunked_size_(chunked_size) {
  record_.name = std::move(name);
  record_.chunk_size = chunk_size;
}

void FileDigest::update(std::string_view bytes) {
  whole_.update(bytes);
  while (!bytes.empty()) {
    if (record_.size >= chunked_size_) {
      record_.size += bytes.size();
      return;
    }
    if (!chunk_) chunk_.emplace();
    const uint64_t room = std::min(record_.chunk_size - in_chunk_, chunked_size_ - record_.size);
    const std::string_view part = bytes.substr(0, std::min<uint64_t>(room, bytes.size()));
    chunk_->update(part);
    in_chunk_ += part.size();
    record_.size += part.size();
    bytes.remove_prefix(part.size());
    if (part.size() < room) continue;
    record_.chunks.push_back(chunk_->hex());
    chunk_.reset();
    in_chunk_ = 0;
  }
}

FileRecord FileDigest::finish() {
  if (chunk_) record_.chunks.push_back(chunk_->hex());
  record_.sha256 = whole_.hex();
  return std::move(record_);
}

std::vector<ByteRange> changed_ranges(const FileRecord& expected, const FileRecord& found) {
  std::vector<ByteRange> ranges;
  const uint64_t shorter = std::min(expected.size, found.size);
  const size_t shared = std::min(expected.chunks.size(), found.chunks.size());
  for (size_t i = 0; i < shared; ++i) {
    if (expected.chunks[i] == found.chunks[i]) continue;
    const uint64_t begin = i * expected.chunk_size;
    append(ranges, {begin, std::min(begin + expected.chunk_size, shorter)});
  }
  append(ranges, {shorter, std::max(expected.size, found.size)});
  return ranges;
}

std::string describe_change(const FileRecord& expected, const FileRecord& found) {
  constexpr size_t kMostRanges = 5;
  const std::vector<ByteRange> ranges = changed_ranges(expected, found);
  std::string text;
  for (size_t i = 0; i < std::min(ranges.size(), kMostRanges); ++i) {
    const auto& [begin, end] = ranges[i];
    text += fmt::format("{}bytes {} to {}", text.empty() ? "" : ", ", with_separators(begin), with_separators(end - 1));
  }
  if (ranges.size() > kMostRanges) text += fmt::format(" and {} further ranges", ranges.size() - kMostRanges);
  if (ranges.empty()) text = "some bytes";
  text += " changed";
  if (found.size < expected.size)
    text += fmt::format("; {} bytes are missing", with_separators(expected.size - found.size));
  if (found.size > expected.size)
    text += fmt::format("; {} bytes were added", with_separators(found.size - expected.size));
  return text + fmt::format(" (signed: {} bytes)", with_separators(expected.size));
}

OpenFile::OpenFile(const std::filesystem::path& path, Links links) : path_(path) {
  const int follow = links == Links::refuse ? O_NOFOLLOW : 0;
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | follow);
  if (descriptor_ < 0) {
    if (errno == ENOENT) {
      problem_ = Problem::missing;
    } else if (errno == ELOOP) {
      problem_ = Problem::symbolic_link;
    } else if (errno == ENXIO) {  // a socket
      problem_ = Problem::not_plain;
    } else {
      throw DataError(fmt::format("cannot open {}: {}", path.string(), reason()));
    }
    return;
  }
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) {
    const std::string why = reason();
    ::close(descriptor_);
    throw DataError(fmt::format("cannot open {}: {}", path.string(), why));
  }
  if (!S_ISREG(status.st_mode)) problem_ = Problem::not_plain;
  size_ = static_cast<uint64_t>(status.st_size);
  permissions_ = status.st_mode & 0777U;
}

OpenFile::~OpenFile() {
  OPENSSL_cleanse(buffer_.data(), buffer_.size());  // it may have held a key
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string_view OpenFile::read(size_t most) {
  if (buffer_.size() < most) buffer_.resize(most);
  for (;;) {
    const ssize_t count = ::read(descriptor_, buffer_.data(), most);
    if (count >= 0) return std::string_view(buffer_).substr(0, static_cast<size_t>(count));
    if (errno != EINTR) throw DataError(fmt::format("cannot read {}: {}", path_.string(), reason()));
  }
}

std::string OpenFile::read_all(uint64_t limit) {
  std::string content;
  for (std::string_view bytes = read(); !bytes.empty(); bytes = read()) {
    content += bytes;
    if (content.size() > limit) {
      throw DataError(fmt::format("{} is larger than {} bytes", path_.string(), with_separators(limit)));
    }
  }
  return content;
}

}  // namespace recgauge::attestation
