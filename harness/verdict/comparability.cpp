#include "harness/verdict/comparability.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "harness/system/error.h"

namespace recgauge {
namespace {

std::string shortened(const std::string& text) { return text.size() > 20 ? text.substr(0, 16) + "…" : text; }

class Differences {
 public:
  void compare(const std::string& what, const std::string& candidate, const std::string& baseline) {
    if (candidate != baseline) {
      found_.push_back(fmt::format("{} ({} and {})", what, shortened(candidate), shortened(baseline)));
    }
  }
  void compare(const std::string& what, const std::map<std::string, std::string>& candidate,
               const std::map<std::string, std::string>& baseline) {
    std::map<std::string, std::pair<std::string, std::string>> both;
    for (const auto& [key, value] : candidate) both[key].first = value;
    for (const auto& [key, value] : baseline) both[key].second = value;
    for (const auto& [key, values] : both) {
      const auto text = [](const std::string& value) { return value.empty() ? std::string("none") : value; };
      compare(fmt::format("{} '{}'", what, key), text(values.first), text(values.second));
    }
  }
  const std::vector<std::string>& found() const { return found_; }

 private:
  std::vector<std::string> found_;
};

std::map<std::string, std::set<std::string>> names_by_label(const SuiteResult& suite) {
  std::map<std::string, std::set<std::string>> names;
  for (const Measurement& m : suite.measurements) names[m.label].insert(m.metric);
  return names;
}

}  // namespace

std::vector<std::string> question_differences(const Report& first, const Report& second) {
  Differences differences;
  differences.compare("the data's content hash", first.data.content_hash, second.data.content_hash);
  differences.compare("the kind of split", first.split.kind, second.split.kind);
  differences.compare("split parameter", first.split.parameters, second.split.parameters);
  differences.compare("hash of split part", first.split.hashes, second.split.hashes);
  differences.compare("the candidate items", first.split.candidates, second.split.candidates);
  return differences.found();
}

std::vector<std::string> definition_differences(const Report& first, const Report& second) {
  std::vector<std::string> found;
  for (const SuiteResult& ours : first.suites) {
    for (const SuiteResult& theirs : second.suites) {
      if (ours.info.name != theirs.info.name) continue;
      if (ours.info.version != theirs.info.version) {
        found.push_back(fmt::format("the version of the suite '{}' ({} and {})", ours.info.name, ours.info.version,
                                    theirs.info.version));
      }
      const auto names = names_by_label(ours);
      for (const auto& [label, metrics] : names_by_label(theirs)) {
        const auto same = names.find(label);
        if (same == names.end() || same->second == metrics) continue;
        found.push_back(fmt::format("the definition of '{}' ({} and {})", label, fmt::join(same->second, ", "),
                                    fmt::join(metrics, ", ")));
      }
    }
  }
  return found;
}

void check_comparable(const Report& candidate, const Report& baseline) {
  const std::vector<std::string> differences = question_differences(candidate, baseline);
  if (differences.empty()) return;
  throw ConfigError(
      fmt::format("candidate '{}' and baseline '{}' must not be compared, since they were asked different questions; "
                  "what differs (candidate and baseline): {}. Run the baseline again on the candidate's data and split",
                  candidate.name, baseline.name, fmt::join(differences, "; ")));
}

}  // namespace recgauge
