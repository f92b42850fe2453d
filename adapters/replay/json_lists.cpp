// JSON Lines of recommendations: an object per list or an object per item. Read as events, since a tree per line would
// take most of the time.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "adapters/replay/list_builder.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

// What one line says.
struct Line {
  std::optional<std::string> user;
  std::optional<std::string> item;
  std::optional<double> rank;
  std::optional<double> score;
  bool is_list = false;  // has "items"
  bool has_scores = false;
  std::vector<std::string> items;
  size_t item_count = 0;  // strings of `items` are reused from line to line
  std::vector<double> scores;

  void clear() {
    user.reset();
    item.reset();
    rank.reset();
    score.reset();
    is_list = has_scores = false;
    item_count = 0;
    scores.clear();
  }
};

enum class Field : uint8_t { other, user, item, rank, score, items, scores };
constexpr const char* kFieldNames[] = {"", "user", "item", "rank", "score", "items", "scores"};

Field field_of(std::string_view key) {
  for (size_t i = 1; i < std::size(kFieldNames); ++i) {
    if (key == kFieldNames[i]) return static_cast<Field>(i);
  }
  return Field::other;
}

// Takes the fields of a line; everything else in it is skipped. Stops at the first value of a wrong type.
class LineEvents : public nlohmann::json_sax<Json> {
 public:
  explicit LineEvents(Line& line) : line_(line) {}

  const std::string& problem() const { return problem_; }
  Field field() const { return field_; }
  size_t error_position() const { return error_position_; }

  bool null() override { return at_field() ? scalar_is_wrong() : true; }
  bool boolean(bool) override { return at_field() ? scalar_is_wrong() : true; }
  bool number_integer(int64_t value) override { return whole_number(value); }
  bool number_unsigned(uint64_t value) override { return whole_number(value); }
  bool number_float(double value, const std::string&) override { return !at_field() || number(value); }
  bool string(std::string& value) override { return !at_field() || text(value); }
  bool binary(Json::binary_t&) override { return false; }

  bool start_object(size_t) override {
    if (++depth_ == 1) return true;
    return field_ == Field::other || scalar_is_wrong();
  }
  bool end_object() override { return close(); }
  bool start_array(size_t) override {
    if (++depth_ == 1) return scalar_is_wrong();
    if (field_ == Field::other) return true;
    if (depth_ > 2 || !in_list()) return scalar_is_wrong();
    line_.is_list = line_.is_list || field_ == Field::items;
    line_.has_scores = line_.has_scores || field_ == Field::scores;
    return true;
  }
  bool end_array() override { return close(); }

  bool key(std::string& name) override {
    if (depth_ != 1) return true;
    field_ = field_of(name);
    if (field_ == Field::other) return true;
    const unsigned bit = 1U << static_cast<unsigned>(field_);
    if ((seen_ & bit) != 0) return fail(fmt::format("the key '{}' stands twice", name));
    seen_ |= bit;
    return true;
  }

  bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception&) override {
    error_position_ = position;
    return fail("the line is not valid JSON");
  }

 private:
  const char* name() const { return kFieldNames[static_cast<size_t>(field_)]; }
  bool in_list() const { return field_ == Field::items || field_ == Field::scores; }

  // Whether a scalar at this depth belongs to a field: a value of the object, or an element of one of the two lists.
  bool at_field() const {
    if (depth_ == 0) return true;
    if (depth_ == 1) return field_ != Field::other;
    return depth_ == 2 && in_list();
  }

  bool close() {
    --depth_;
    return true;
  }

  bool fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  bool scalar_is_wrong() {
    if (field_ == Field::other) return fail("the line is not a JSON object");
    constexpr const char* kExpected[] = {
        "",         "a text or a whole number",         "a text or a whole number", "a whole number from 1",
        "a number", "a list of texts or whole numbers", "a list of numbers"};
    return fail(fmt::format("'{}' must be {}", name(), kExpected[static_cast<size_t>(field_)]));
  }

  template <typename Whole>
  bool whole_number(Whole value) {
    if (!at_field()) return true;
    if (field_ != Field::user && field_ != Field::item && field_ != Field::items) {
      return number(static_cast<double>(value));
    }
    std::string digits = std::to_string(value);
    return text(digits);
  }

  bool number(double value) {
    if (!std::isfinite(value)) return scalar_is_wrong();
    if (field_ == Field::rank && depth_ == 1) return set(line_.rank, value);
    if (field_ == Field::score && depth_ == 1) return set(line_.score, value);
    if (field_ != Field::scores || depth_ != 2) return scalar_is_wrong();
    line_.scores.push_back(value);
    return true;
  }

  bool text(std::string& value) {
    const bool is_element = field_ == Field::items && depth_ == 2;
    if (!is_element && !(depth_ == 1 && (field_ == Field::user || field_ == Field::item))) return scalar_is_wrong();
    if (value.empty()) return fail(fmt::format("'{}' holds an empty id", name()));
    if (field_ == Field::user) return set(line_.user, std::move(value));
    if (field_ == Field::item) return set(line_.item, std::move(value));
    if (line_.item_count == line_.items.size()) line_.items.emplace_back();
    line_.items[line_.item_count++].swap(value);
    return true;
  }

  template <typename T>
  bool set(std::optional<T>& field, T value) {
    field = std::move(value);
    return true;
  }

  Line& line_;
  Field field_ = Field::other;
  size_t depth_ = 0;
  unsigned seen_ = 0;
  size_t error_position_ = 0;
  std::string problem_;
};

SourcePlace place_of_key(const RecordReader& reader, const char* key) {
  const size_t found = reader.record().find('"' + std::string(key) + '"');
  return reader.place(found == std::string_view::npos ? 1 : found + 1);
}

void parse(const RecordReader& reader, Line& line) {
  line.clear();
  LineEvents events(line);
  const std::string_view text = reader.record();
  if (Json::sax_parse(text.begin(), text.end(), &events)) return;
  const char* key = kFieldNames[static_cast<size_t>(events.field())];
  const SourcePlace place =
      events.error_position() > 0 ? reader.place(events.error_position()) : place_of_key(reader, key);
  throw DataError(place,
                  events.problem() + R"(; expected {"user": …, "items": […]} or {"user": …, "item": …, "rank": …})");
}

class JsonLists {
 public:
  JsonLists(RecordReader& reader, ListBuilder& builder) : reader_(reader), builder_(builder) {}

  void read() {
    Line line;
    while (reader_.next()) {
      parse(reader_, line);
      if (!line.user) fail("the line has no 'user'");
      check_form(line);
      line.is_list ? add_list(line) : add_item(line);
    }
  }

 private:
  [[noreturn]] void fail(const std::string& problem, const char* key = "") const {
    throw DataError(*key == '\0' ? reader_.place(1) : place_of_key(reader_, key), problem);
  }

  void check_form(const Line& line) {
    if (line.is_list == line.item.has_value()) {
      fail(line.is_list ? "the line has both 'item' and 'items'; write one list per line, or one item per line"
                        : "the line has neither 'items' nor 'item'");
    }
    if (!lists_) lists_ = line.is_list;
    if (*lists_ != line.is_list) {
      fail(fmt::format("the line holds {}, unlike the lines before; write one list per line, or one item per line",
                       line.is_list ? "a list" : "one item"));
    }
  }

  void add_list(const Line& line) {
    if (!builder_.begin_user(*line.user)) {
      fail(fmt::format("user '{}' has a second list; keep one of them", *line.user), "user");
    }
    if (line.has_scores && line.scores.size() != line.item_count) {
      fail(fmt::format("{} scores for {} items; give every item one score", line.scores.size(), line.item_count),
           "scores");
    }
    for (size_t i = 0; i < line.item_count; ++i) {
      ListedItem row{line.items[i], static_cast<uint32_t>(i + 1), std::nullopt};
      if (line.has_scores) row.score = line.scores[i];
      builder_.add(row, reader_.line());
    }
  }

  void add_item(const Line& line) {
    if (!line.rank && !line.score) fail("the line has neither 'rank' nor 'score': the item's place is not known");
    builder_.begin_user(*line.user);
    ListedItem row{*line.item, std::nullopt, line.score};
    if (line.rank) {
      const std::string text = fmt::format("{}", *line.rank);
      row.rank = parse_rank(text);
      if (!row.rank) throw_bad_rank(text, place_of_key(reader_, "rank"));
    }
    builder_.add(row, reader_.line());
  }

  RecordReader& reader_;
  ListBuilder& builder_;
  std::optional<bool> lists_;
};

}  // namespace

void read_json_lists(const ReplayConfig& config, ListBuilder& builder) {
  // A delimiter that cannot occur inside one line keeps every line whole.
  RecordReader reader(existing_file(config.path), {"\n", false, TextEncoding::utf8});
  JsonLists(reader, builder).read();
}

}  // namespace recgauge::adapters
