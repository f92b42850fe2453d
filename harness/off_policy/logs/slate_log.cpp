// Logs of lists as JSON Lines: an object a list.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/data/loaders/json_lines.h"
#include "harness/off_policy/logs/action_log.h"
#include "harness/system/random.h"

namespace recgauge::off_policy {
namespace {

using Json = nlohmann::json;
constexpr size_t kLongestList = 1000;
constexpr double kTolerance = 1e-6;

enum class Kind : uint8_t { number, chance, positive_chance };

// The arrays of a list, as long as the first one's.
class SlateReader {
 public:
  explicit SlateReader(const std::filesystem::path& path) : lines_(path) {}

  SlateLog read() {
    while (lines_.next()) {
      take("rewards", log_.rewards, Kind::number);
      take("propensities", log_.logged, Kind::positive_chance);
      take_policy();
      if (lines_.find("policy") == nullptr) take("evaluated", log_.evaluated, Kind::chance);
      take_pair({"marginal_propensities", Kind::positive_chance}, log_.logged_marginal,
                {"marginal_evaluated", Kind::chance}, log_.evaluated_marginal);
      take_pair({"predicted", Kind::number}, log_.predicted, {"expected", Kind::number}, log_.expected);
      take_context();
      if (const Json* unit = lines_.find("unit")) log_.units.push_back(derive_seed(0, lines_.text_of(*unit, "unit")));
      ++lists_;
      if (!log_.units.empty() && log_.units.size() != lists_) {
        lines_.fail("unit", "give 'unit' in every line or in none");
      }
    }
    return std::move(log_);
  }

 private:
  struct Key {
    const char* name;
    Kind kind;
  };

  void take(const char* key, std::vector<double>& into, Kind kind) {
    const std::vector<double> values = lines_.numbers(key);
    if (values.empty() || values.size() > kLongestList) {
      lines_.fail(key, fmt::format("'{}' must be an array of 1 to {} numbers", key, kLongestList));
    }
    if (log_.length == 0) log_.length = values.size();
    check_length(key, values.size());
    for (const double value : values) check_chance(key, value, kind);
    into.insert(into.end(), values.begin(), values.end());
  }

  void check_length(const char* key, size_t size) const {
    if (size == log_.length) return;
    lines_.fail(key, fmt::format("'{}' has {} places where the log has {}; all lists must be equally long", key, size,
                                 log_.length));
  }

  void check_chance(const char* key, double value, Kind kind) const {
    if (kind == Kind::number) return;
    if (value <= 1.0 && value >= 0.0 && (kind == Kind::chance || value > 0.0)) return;
    lines_.fail(key,
                fmt::format("{} is no chance{}", value, kind == Kind::positive_chance ? " above 0 and at most 1" : ""));
  }

  void check_always(const char* key, bool given, bool before) const {
    if (lists_ > 0 && given != before) lines_.fail(key, fmt::format("give '{}' in every line or in none", key));
  }

  void take_pair(const Key& first, std::vector<double>& into_first, const Key& second,
                 std::vector<double>& into_second) {
    const bool given = lines_.find(first.name) != nullptr || lines_.find(second.name) != nullptr;
    check_always(first.name, given, !into_first.empty());
    if (!given) return;
    take(first.name, into_first, first.kind);
    take(second.name, into_second, second.kind);
  }

  // Items, candidates, and the policy's chance of each candidate at each place; `evaluated` is that of the item shown.
  void take_policy() {
    const Json* policy = lines_.find("policy");
    check_always("policy", policy != nullptr, !log_.policy.empty());
    if (policy == nullptr) return;
    const std::vector<std::string> items = lines_.texts("items");
    check_length("items", items.size());
    const size_t first = log_.candidates.size();
    for (const std::string& candidate : lines_.texts("candidates")) {
      log_.candidates.push_back(log_.item_names.intern(candidate));
    }
    std::vector<uint32_t> sorted(log_.candidates.begin() + static_cast<ptrdiff_t>(first), log_.candidates.end());
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
      lines_.fail("candidates", "a candidate is named twice");
    }
    log_.candidate_ends.push_back(log_.candidates.size());
    const std::span<const uint32_t> candidates = std::span(log_.candidates).subspan(first);
    if (!policy->is_array()) lines_.fail("policy", "'policy' must be an array of one array of chances for each place");
    check_length("policy", policy->size());
    for (size_t place = 0; place < items.size(); ++place) take_place((*policy)[place], items[place], candidates);
  }

  void take_place(const Json& chances, const std::string& shown, std::span<const uint32_t> candidates) {
    const uint32_t item = log_.item_names.intern(shown);
    const auto found = std::find(candidates.begin(), candidates.end(), item);
    if (found == candidates.end()) lines_.fail("items", "an item shown is not among the candidates");
    if (!chances.is_array() || chances.size() != candidates.size()) {
      lines_.fail("policy", fmt::format("every place of 'policy' must have {} chances, one for each candidate",
                                        candidates.size()));
    }
    const size_t first = log_.policy.size();
    for (const Json& chance : chances) {
      if (!chance.is_number() || !std::isfinite(chance.get<double>())) {
        lines_.fail("policy", "'policy' must hold finite numbers");
      }
      check_chance("policy", chance.get<double>(), Kind::chance);
      log_.policy.push_back(chance.get<double>());
    }
    const double sum = std::accumulate(log_.policy.begin() + static_cast<ptrdiff_t>(first), log_.policy.end(), 0.0);
    if (std::abs(sum - 1.0) > kTolerance) {
      lines_.fail("policy", fmt::format("chances of a place that sum to {}, not to 1", sum));
    }
    log_.items.push_back(item);
    log_.evaluated.push_back(log_.policy[first + static_cast<size_t>(found - candidates.begin())]);
  }

  void take_context() {
    const std::vector<double> values = lines_.numbers("context");
    if (lists_ == 0) log_.context_count = values.size();
    if (values.size() != log_.context_count) {
      lines_.fail("context", fmt::format("'context' has {} numbers where the first line has {}", values.size(),
                                         log_.context_count));
    }
    log_.contexts.insert(log_.contexts.end(), values.begin(), values.end());
  }

  loaders::JsonLines lines_;
  SlateLog log_;
  size_t lists_ = 0;
};

}  // namespace

SlateLog read_slate_log(const std::filesystem::path& path) { return SlateReader(path).read(); }

}  // namespace recgauge::off_policy
