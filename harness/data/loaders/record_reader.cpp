#include "harness/data/loaders/record_reader.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>

namespace recgauge {
namespace {

constexpr size_t kBlock = size_t{1} << 18;
constexpr size_t kLongestRecord = size_t{1} << 26;

bool is_ascii(std::string_view text) {
  unsigned char bits = 0;
  for (const char c : text) bits |= static_cast<unsigned char>(c);
  return bits < 0x80;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

ByteSource::ByteSource(const std::filesystem::path& path) : name_(path.string()) {
  if (std::filesystem::is_directory(path)) throw DataError(fmt::format("{} is a folder, not a file", name_));
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) throw DataError(fmt::format("cannot open {}: {}", name_, std::strerror(errno)));
  gzbuffer(file, kBlock);
  file_ = file;
}

ByteSource::~ByteSource() { gzclose_r(static_cast<gzFile>(file_)); }

size_t ByteSource::read(char* into, size_t size) {
  const auto file = static_cast<gzFile>(file_);
  const int count = gzread(file, into, static_cast<unsigned>(size));
  int code = Z_OK;
  const char* message = gzerror(file, &code);
  // zlib reports a stream that stops in the middle only here.
  if (count < 0 || code == Z_BUF_ERROR) {
    const std::string reason = code == Z_BUF_ERROR ? "the gzip data stops in the middle" : message;
    throw DataError(
        fmt::format("cannot read {}: {}; the file is damaged or incomplete, fetch it again", name_, reason));
  }
  return static_cast<size_t>(count);
}

std::filesystem::path existing_file(const std::filesystem::path& path) {
  if (std::filesystem::exists(path)) return path;
  std::filesystem::path compressed = path;
  compressed += ".gz";
  if (std::filesystem::exists(compressed)) return compressed;
  throw DataError(
      fmt::format("there is neither {} nor {}; correct the path, or fetch the data with 'recgauge data get'",
                  path.string(), compressed.filename().string()));
}

RecordReader::RecordReader(const std::filesystem::path& path, RecordFormat format)
    : source_(path), format_(std::move(format)) {
  buffer_.resize(kBlock);
  refill();
  if (std::string_view(buffer_).substr(0, end_).starts_with("\xEF\xBB\xBF")) begin_ = 3;
}

bool RecordReader::refill() {
  if (at_end_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) {
    if (buffer_.size() >= kLongestRecord) {
      throw DataError({source_.name(), line_ + 1, 1}, "a record of more than 64 MiB; is a quote not closed?");
    }
    buffer_.resize(buffer_.size() * 2);
  }
  const size_t count = source_.read(buffer_.data() + end_, buffer_.size() - end_);
  end_ += count;
  at_end_ = count == 0;
  return !at_end_;
}

bool RecordReader::find_record() {
  size_t scanned = 0;
  bool inside_quotes = false;
  lines_in_record_ = 1;
  for (;;) {
    const char* data = buffer_.data() + begin_;
    const size_t available = end_ - begin_;
    while (scanned < available) {
      const void* found = std::memchr(data + scanned, '\n', available - scanned);
      const size_t stop = found == nullptr ? available : static_cast<size_t>(static_cast<const char*>(found) - data);
      if (format_.quoted && (std::count(data + scanned, data + stop, '"') % 2) != 0) inside_quotes = !inside_quotes;
      if (found == nullptr) {
        scanned = available;
        break;
      }
      if (!inside_quotes) {
        record_ = std::string_view(data, stop);
        begin_ += stop + 1;
        return true;
      }
      ++lines_in_record_;
      scanned = stop + 1;
    }
    if (refill()) continue;
    if (inside_quotes) throw DataError({source_.name(), line_ + 1, 1}, "a quote is opened here and never closed");
    record_ = std::string_view(buffer_.data() + begin_, end_ - begin_);
    begin_ = end_;
    return !record_.empty();
  }
}

bool RecordReader::next() {
  for (;;) {
    if (!find_record()) return false;
    record_line_ = line_ + 1;
    line_ += lines_in_record_;
    if (!record_.empty() && record_.back() == '\r') record_.remove_suffix(1);
    if (!record_.empty()) break;
  }
  valid_text_ = true;
  if (!is_ascii(record_)) {
    if (format_.encoding == TextEncoding::latin1) {
      converted_ = latin1_to_utf8(record_);
      record_ = converted_;
    } else {
      valid_text_ = is_valid_utf8(record_);
    }
  }
  if (std::memchr(record_.data(), '\0', record_.size()) != nullptr) valid_text_ = false;
  split();
  return true;
}

void RecordReader::split() {
  fields_.clear();
  if (format_.delimiter == " ") {
    split_blanks();
    return;
  }
  if (format_.quoted && record_.find('"') != std::string_view::npos) {
    split_quoted();
    return;
  }
  const std::string& delimiter = format_.delimiter;
  size_t begin = 0;
  for (;;) {
    const size_t found =
        delimiter.size() == 1 ? record_.find(delimiter.front(), begin) : record_.find(delimiter, begin);
    fields_.push_back(record_.substr(begin, found == std::string_view::npos ? found : found - begin));
    if (found == std::string_view::npos) return;
    begin = found + delimiter.size();
  }
}

void RecordReader::split_blanks() {
  size_t begin = 0;
  while (begin < record_.size()) {
    while (begin < record_.size() && is_blank(record_[begin])) ++begin;
    size_t end = begin;
    while (end < record_.size() && !is_blank(record_[end])) ++end;
    if (end > begin) fields_.push_back(record_.substr(begin, end - begin));
    begin = end;
  }
}

void RecordReader::split_quoted() {
  unquoted_used_ = 0;
  size_t begin = 0;
  for (;;) {
    if (begin < record_.size() && record_[begin] == '"') {
      if (unquoted_used_ == unquoted_.size()) unquoted_.push_back(std::make_unique<std::string>());
      std::string& text = *unquoted_[unquoted_used_++];
      text.clear();
      size_t i = begin + 1;
      for (; i < record_.size(); ++i) {
        if (record_[i] == '"' && (i + 1 >= record_.size() || record_[i + 1] != '"')) break;
        if (record_[i] == '"') ++i;
        text += record_[i];
      }
      fields_.push_back(text);
      const size_t next = record_.find(format_.delimiter, i);
      if (next == std::string_view::npos) return;
      begin = next + format_.delimiter.size();
    } else {
      const size_t next = record_.find(format_.delimiter, begin);
      fields_.push_back(record_.substr(begin, next == std::string_view::npos ? next : next - begin));
      if (next == std::string_view::npos) return;
      begin = next + format_.delimiter.size();
    }
  }
}

uint64_t RecordReader::column_of(size_t i) const {
  if (i >= fields_.size()) return 0;
  const char* start = fields_[i].data();
  const bool inside = start >= record_.data() && start <= record_.data() + record_.size();
  return inside ? static_cast<uint64_t>(start - record_.data()) + 1 : 0;
}

bool is_valid_utf8(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto continues = [&](size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  for (size_t i = 0; i < text.size();) {
    const unsigned first = byte(i);
    if (first < 0x80) {
      ++i;
    } else if (first >= 0xC2 && first <= 0xDF && continues(i + 1)) {
      i += 2;
    } else if (first >= 0xE0 && first <= 0xEF && continues(i + 1) && continues(i + 2) &&
               !(first == 0xE0 && byte(i + 1) < 0xA0) && !(first == 0xED && byte(i + 1) > 0x9F)) {
      i += 3;
    } else if (first >= 0xF0 && first <= 0xF4 && continues(i + 1) && continues(i + 2) && continues(i + 3) &&
               !(first == 0xF0 && byte(i + 1) < 0x90) && !(first == 0xF4 && byte(i + 1) > 0x8F)) {
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

std::string latin1_to_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size() + 16);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      result += c;
    } else {
      result += static_cast<char>(0xC0 | (byte >> 6));
      result += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return result;
}

}  // namespace recgauge
