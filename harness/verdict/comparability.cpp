#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/verdict/judge.h"

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

}  // namespace

void check_comparable(const Report& candidate, const Report& baseline) {
  Differences differences;
  differences.compare("the data's content hash", candidate.data.content_hash, baseline.data.content_hash);
  differences.compare("the kind of split", candidate.split.kind, baseline.split.kind);
  differences.compare("split parameter", candidate.split.parameters, baseline.split.parameters);
  differences.compare("hash of split part", candidate.split.hashes, baseline.split.hashes);
  differences.compare("the candidate items", candidate.split.candidates, baseline.split.candidates);
  if (differences.found().empty()) return;
  throw ConfigError(
      fmt::format("candidate '{}' and baseline '{}' must not be compared, since they were asked different questions; "
                  "what differs (candidate and baseline): {}. Run the baseline again on the candidate's data and split",
                  candidate.name, baseline.name, fmt::join(differences.found(), "; ")));
}

}  // namespace recgauge
