// Reading TREC text at some tens of nanoseconds a line: fields are found sixteen bytes at a time, ids are hashed where
// they stand and never copied, and line numbers are only counted when there is something to complain about.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <unordered_map>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "harness/metrics/trec.h"
#include "harness/system/error.h"
#include "harness/system/random.h"

namespace recgauge::metrics {
namespace {

bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

const char* find_blank(const char* p, const char* end) {
#ifdef __SSE2__
  const __m128i space = _mm_set1_epi8(' ');
  for (; end - p >= 16; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const int blanks = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(bytes, space), bytes));
    if (blanks != 0) return p + __builtin_ctz(static_cast<unsigned>(blanks));
  }
#endif
  while (p < end && !is_blank(*p)) ++p;
  return p;
}

uint64_t fold(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t hash_of(std::string_view id) {
  constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15ULL;
  uint64_t hash = 0xA0761D6478BD642FULL ^ id.size();
  const char* p = id.data();
  size_t left = id.size();
  for (; left > 8; left -= 8, p += 8) {
    uint64_t word;
    std::memcpy(&word, p, 8);
    hash = fold(hash ^ word, kMultiplier);
  }
  uint64_t word = 0;
  if (id.size() >= 8) {
    std::memcpy(&word, id.data() + id.size() - 8, 8);
  } else {
    for (size_t i = 0; i < left; ++i) word = word << 8 | static_cast<unsigned char>(p[i]);
  }
  return fold(hash ^ word, kMultiplier);
}

// Walks through the fields of the lines of a text.
class FieldReader {
 public:
  FieldReader(std::string_view text, const std::string& file)
      : begin_(text.data()), next_(begin_), end_(begin_ + text.size()), file_(file) {}

  // Goes to the next line that has fields; false at the end.
  bool next_line() {
    for (;;) {
      while (next_ < end_ && is_blank(*next_)) ++next_;
      if (next_ == end_) return false;
      if (*next_ != '#') return true;
      skip_line();
    }
  }

  std::string_view field(const char* what) {
    while (next_ < end_ && is_blank(*next_) && *next_ != '\n') ++next_;
    if (next_ == end_ || *next_ == '\n') fail(next_, fmt::format("the line ends where its {} should be", what));
    const char* field_begin = next_;
    next_ = find_blank(next_, end_);
    return {field_begin, static_cast<size_t>(next_ - field_begin)};
  }

  bool at_line_end() {
    while (next_ < end_ && is_blank(*next_) && *next_ != '\n') ++next_;
    return next_ == end_ || *next_ == '\n';
  }

  void skip_line() {
    const void* newline = std::memchr(next_, '\n', static_cast<size_t>(end_ - next_));
    next_ = newline == nullptr ? end_ : static_cast<const char*>(newline) + 1;
  }

  [[noreturn]] void fail(const char* where, const std::string& problem) const {
    const char* line_begin = where;
    while (line_begin > begin_ && line_begin[-1] != '\n') --line_begin;
    const auto line = static_cast<uint64_t>(std::count(begin_, line_begin, '\n')) + 1;
    throw DataError({file_, line, static_cast<uint64_t>(where - line_begin) + 1}, problem);
  }

  size_t estimated_lines() const {
    const auto size = static_cast<size_t>(end_ - begin_);
    const size_t sample = std::min<size_t>(size, 4096);
    const auto lines = static_cast<size_t>(std::count(begin_, begin_ + sample, '\n'));
    return sample == 0 ? 0 : size / sample * (lines + 1) + 16;
  }

  const char* position() const { return next_; }

 private:
  const char* begin_;
  const char* next_;
  const char* end_;
  const std::string& file_;
};

constexpr std::array<double, 23> kPowersOfTen = [] {
  std::array<double, 23> powers{};
  double power = 1.0;
  for (double& entry : powers) {
    entry = power;
    power *= 10.0;
  }
  return powers;
}();

// Plain decimals of at most 15 digits are the quotient of two exact doubles, hence correctly rounded (Clinger 1990).
// False for everything else.
bool parse_short_decimal(std::string_view text, double& value) {
  const bool negative = text.front() == '-';
  uint64_t digits = 0;
  size_t digit_count = 0;
  size_t fraction_digits = 0;
  bool fraction = false;
  for (size_t i = negative ? 1 : 0; i < text.size(); ++i) {
    const auto digit = static_cast<unsigned>(text[i]) - '0';
    if (digit < 10) {
      digits = digits * 10 + digit;
      ++digit_count;
      fraction_digits += fraction ? 1 : 0;
    } else if (text[i] == '.' && !fraction) {
      fraction = true;
    } else {
      return false;
    }
  }
  if (digit_count == 0 || digit_count > 15) return false;
  const double magnitude = static_cast<double>(digits) / kPowersOfTen[fraction_digits];
  value = negative ? -magnitude : magnitude;
  return true;
}

double parse_score(std::string_view field, const FieldReader& reader) {
  double value = 0.0;
  if (parse_short_decimal(field, value)) return value;
  const char* first = field.data() + (field.front() == '+' ? 1 : 0);
  const auto [end, error] = std::from_chars(first, field.data() + field.size(), value);
  if (error == std::errc::result_out_of_range) {
    reader.fail(field.data(), fmt::format("the score '{}' is out of the range of a double", field));
  }
  if (error != std::errc{} || end != field.data() + field.size() || std::isnan(value)) {
    reader.fail(field.data(), fmt::format("the score '{}' is not a number", field));
  }
  return value;
}

int32_t parse_relevance(std::string_view field, const FieldReader& reader) {
  int32_t value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size()) {
    reader.fail(field.data(), fmt::format("the relevance '{}' is not a whole number", field));
  }
  return value;
}

// Gathers rows that come topic by topic; topics that come back later are put together at the end.
class TopicBuilder {
 public:
  explicit TopicBuilder(TrecText& out) : out_(out) {}

  void add(std::string_view topic, const TrecDocument& document) {
    if (segments_.empty() || segments_.back().name != topic) {
      close();
      segments_.push_back({topic, out_.documents.size(), 0});
    }
    out_.documents.push_back(document);
  }

  void finish() {
    close();
    std::stable_sort(segments_.begin(), segments_.end(),
                     [](const TrecTopic& a, const TrecTopic& b) { return a.name < b.name; });
    const bool split = std::adjacent_find(segments_.begin(), segments_.end(),
                                          [](auto& a, auto& b) { return a.name == b.name; }) != segments_.end();
    if (split) join_segments();
    out_.topics = std::move(segments_);
  }

 private:
  void close() {
    if (!segments_.empty()) segments_.back().end = out_.documents.size();
  }

  void join_segments() {
    LargeArray<TrecDocument> documents;
    documents.reserve(out_.documents.size());
    std::vector<TrecTopic> topics;
    for (const TrecTopic& segment : segments_) {
      const auto rows = out_.documents_of(segment);
      if (topics.empty() || topics.back().name != segment.name) topics.push_back({segment.name, documents.size(), 0});
      documents.insert(documents.end(), rows.begin(), rows.end());
      topics.back().end = documents.size();
    }
    out_.documents = std::move(documents);
    segments_ = std::move(topics);
  }

  TrecText& out_;
  std::vector<TrecTopic> segments_;
};

TrecDocument document_of(std::string_view id, const FieldReader& reader) {
  if (id.size() > 0xFFFF) reader.fail(id.data(), "the document id is longer than 65535 bytes");
  return {hash_of(id), id.data(), static_cast<uint32_t>(id.size()), 0, 0.0};
}

}  // namespace

TrecText read_trec_run(std::string_view text, const std::string& file) {
  TrecText run{file, text, {}, {}, {}};
  FieldReader reader(text, file);
  run.documents.reserve(reader.estimated_lines());
  TopicBuilder builder(run);
  while (reader.next_line()) {
    const std::string_view topic = reader.field("topic");
    reader.field("second column (Q0)");
    TrecDocument document = document_of(reader.field("document id"), reader);
    reader.field("rank");
    document.score = parse_score(reader.field("score"), reader);
    run.tag = reader.field("run tag");
    reader.skip_line();
    builder.add(topic, document);
  }
  builder.finish();
  return run;
}

TrecText read_trec_qrels(std::string_view text, const std::string& file) {
  TrecText qrels{file, text, {}, {}, {}};
  FieldReader reader(text, file);
  qrels.documents.reserve(reader.estimated_lines());
  TopicBuilder builder(qrels);
  while (reader.next_line()) {
    const std::string_view topic = reader.field("topic");
    reader.field("iteration");
    TrecDocument document = document_of(reader.field("document id"), reader);
    document.relevance = parse_relevance(reader.field("relevance"), reader);
    if (!reader.at_line_end()) reader.fail(reader.position(), "expected the end of the line after the relevance");
    builder.add(topic, document);
  }
  builder.finish();
  return qrels;
}

}  // namespace recgauge::metrics
