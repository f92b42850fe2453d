// Logs as JSON Lines: an object a round, or an object a list.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/data/loaders/record_reader.h"
#include "harness/off_policy/logs/log_builder.h"
#include "harness/off_policy/logs/log_readers.h"
#include "harness/system/json_scan.h"
#include "harness/system/random.h"

namespace recgauge::off_policy {
namespace {

using Json = nlohmann::json;
constexpr size_t kDeepest = 16;
constexpr size_t kLongestList = 1000;

// Lines of a file as objects; what is wrong is said with the line and, where it can be found, the column of the key.
class JsonLines {
 public:
  explicit JsonLines(const std::filesystem::path& path)
      // A delimiter that cannot occur inside a line keeps every line whole.
      : reader_(existing_file(path), {"\n", false, TextEncoding::utf8}) {}

  bool next() {
    if (!reader_.next()) return false;
    if (!reader_.valid_text()) fail("", "the text is not valid UTF-8");
    if (is_nested_deeper(reader_.record(), kDeepest)) fail("", "arrays and objects stand too deep in each other");
    object_ = Json::parse(reader_.record(), nullptr, false);
    if (!object_.is_object()) fail("", "this is no JSON object; every line must be one");
    return true;
  }

  const Json* find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  double number(const char* key) const {
    const Json* value = find(key);
    if (value == nullptr) fail("", fmt::format("the object lacks '{}'", key));
    return number_of(*value, key);
  }

  std::optional<double> number_if_there(const char* key) const {
    if (find(key) == nullptr) return std::nullopt;
    return number(key);
  }

  std::vector<double> numbers(const char* key) const {
    std::vector<double> values;
    const Json* array = find(key);
    if (array == nullptr) return values;
    if (!array->is_array()) fail(key, fmt::format("'{}' must be an array of numbers", key));
    for (const Json& entry : *array) values.push_back(number_of(entry, key));
    return values;
  }

  /// A text, or a number as it is written.
  std::string text_of(const Json& value, std::string_view key) const {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_number_integer()) fail(key, fmt::format("'{}' must be text or a whole number", key));
    return value.dump();
  }

  [[noreturn]] void fail(std::string_view key, const std::string& what) const {
    const size_t at = key.empty() ? std::string_view::npos : reader_.record().find(fmt::format("\"{}\"", key));
    throw DataError(reader_.place(at == std::string_view::npos ? 0 : at + 1), what);
  }

 private:
  double number_of(const Json& value, const char* key) const {
    if (!value.is_number() || !std::isfinite(value.get<double>())) {
      fail(key, fmt::format("'{}' must be a finite number", key));
    }
    return value.get<double>();
  }

  RecordReader reader_;
  Json object_;
};

class JsonLog {
 public:
  explicit JsonLog(const std::filesystem::path& path) : lines_(path) {}

  ActionLog read() {
    std::optional<LogBuilder> builder;
    while (lines_.next()) {
      if (!builder) builder.emplace(context_names());
      read_row();
      if (const auto problem = builder->add(row_)) lines_.fail(problem->first, problem->second);
    }
    return builder ? builder->finish() : ActionLog{};
  }

 private:
  // The first round decides which contexts there are.
  std::vector<std::string> context_names() {
    const Json* context = lines_.find("context");
    if (context == nullptr) return {};
    if (!context->is_object()) lines_.fail("context", "'context' must be an object of numbers and texts");
    for (const auto& [name, unused] : context->items()) names_.push_back(name);
    return names_;
  }

  void read_row() {
    row_ = {};
    texts_.clear();
    const Json* action = lines_.find("action");
    if (action == nullptr) lines_.fail("", "the object lacks 'action'");
    row_.action = keep(lines_.text_of(*action, "action"));
    row_.reward = lines_.number("reward");
    row_.propensity = lines_.number("propensity");
    row_.position = lines_.number_if_there("position");
    row_.evaluated = lines_.number_if_there("evaluated");
    if (const Json* unit = lines_.find("unit")) row_.unit = keep(lines_.text_of(*unit, "unit"));
    if (const Json* candidates = lines_.find("candidates")) {
      if (!candidates->is_array()) lines_.fail("candidates", "'candidates' must be an array");
      for (const Json& entry : *candidates) row_.candidates.push_back(keep(lines_.text_of(entry, "candidates")));
    }
    row_.policy = lines_.numbers("policy");
    read_contexts();
  }

  void read_contexts() {
    const Json* context = lines_.find("context");
    for (const std::string& name : names_) {
      const bool has = context != nullptr && context->is_object() && context->contains(name);
      if (!has) lines_.fail("context", fmt::format("'context' lacks '{}', which the first round has", name));
      const Json& value = (*context)[name];
      if (value.is_number() && std::isfinite(value.get<double>())) {
        row_.contexts.emplace_back(value.get<double>());
      } else if (value.is_string()) {
        row_.contexts.emplace_back(keep(value.get<std::string>()));
      } else {
        lines_.fail(name, "a context must be a finite number or text");
      }
    }
  }

  std::string_view keep(std::string text) {
    return *texts_.emplace_back(std::make_unique<std::string>(std::move(text)));
  }

  JsonLines lines_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<std::string>> texts_;
  LoggedRow row_;
};

// The arrays of a list, as long as the first one's.
class SlateReader {
 public:
  explicit SlateReader(const std::filesystem::path& path) : lines_(path) {}

  SlateLog read() {
    while (lines_.next()) {
      take("rewards", log_.rewards, false);
      take("propensities", log_.logged, true);
      take("evaluated", log_.evaluated, false);
      take_marginals();
      if (const Json* unit = lines_.find("unit")) log_.units.push_back(derive_seed(0, lines_.text_of(*unit, "unit")));
      ++lists_;
      if (!log_.units.empty() && log_.units.size() != lists_)
        lines_.fail("unit", "give 'unit' in every line or in none");
    }
    return std::move(log_);
  }

 private:
  void take(const char* key, std::vector<double>& into, bool is_propensity) {
    const std::vector<double> values = lines_.numbers(key);
    if (values.empty() || values.size() > kLongestList) {
      lines_.fail(key, fmt::format("'{}' must be an array of 1 to {} numbers", key, kLongestList));
    }
    if (log_.length == 0) log_.length = values.size();
    if (values.size() != log_.length) {
      lines_.fail(key, fmt::format("'{}' has {} places where the log has {}; all lists must be equally long", key,
                                   values.size(), log_.length));
    }
    for (const double value : values) {
      if (&into != &log_.rewards && (value > 1.0 || value < 0.0 || (is_propensity && value == 0.0))) {
        lines_.fail(key, fmt::format("{} is no chance{}", value, is_propensity ? " above 0 and at most 1" : ""));
      }
    }
    into.insert(into.end(), values.begin(), values.end());
  }

  void take_marginals() {
    const bool given = lines_.find("marginal_propensities") != nullptr || lines_.find("marginal_evaluated") != nullptr;
    if (lists_ > 0 && given != !log_.logged_marginal.empty()) {
      lines_.fail("marginal_propensities", "give the marginals in every line or in none");
    }
    if (!given) return;
    take("marginal_propensities", log_.logged_marginal, true);
    take("marginal_evaluated", log_.evaluated_marginal, false);
  }

  JsonLines lines_;
  SlateLog log_;
  size_t lists_ = 0;
};

}  // namespace

ActionLog read_json_log(const std::filesystem::path& path) { return JsonLog(path).read(); }

SlateLog read_slate_log(const std::filesystem::path& path) { return SlateReader(path).read(); }

}  // namespace recgauge::off_policy
