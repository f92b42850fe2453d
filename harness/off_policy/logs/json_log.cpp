// Logs as JSON Lines: an object a round.
#include <fmt/format.h>

#include "harness/data/loaders/json_lines.h"
#include "harness/off_policy/logs/log_builder.h"
#include "harness/off_policy/logs/log_readers.h"

namespace recgauge::off_policy {
namespace {

using Json = nlohmann::json;

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
    for (std::string& candidate : lines_.texts("candidates")) row_.candidates.push_back(keep(std::move(candidate)));
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

  loaders::JsonLines lines_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<std::string>> texts_;
  LoggedRow row_;
};

}  // namespace

ActionLog read_json_log(const std::filesystem::path& path) { return JsonLog(path).read(); }

}  // namespace recgauge::off_policy
