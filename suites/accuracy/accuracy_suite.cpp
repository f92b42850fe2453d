#include "suites/accuracy/accuracy_suite.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/system/error.h"
#include "suites/accuracy/assessment.h"
#include "suites/accuracy/certificate.h"

namespace recgauge::suites {

AccuracySuite::AccuracySuite(AccuracyConfig config) : config_(std::move(config)) {
  if (config_.cutoffs.empty()) throw ConfigError("suites.accuracy.cutoffs is empty; name at least one list length");
  primary_ = metrics::parse_metric(config_.primary, config_.profile);
  if (metrics::family_of(primary_).level != metrics::MetricLevel::accuracy) {
    throw ConfigError(fmt::format(
        "suites.accuracy.primary is '{}', which is not an accuracy metric; use one like ndcg@10", config_.primary));
  }
  const auto add = [&](const metrics::MetricSpec& spec) {
    if (std::find(specs_.begin(), specs_.end(), spec) == specs_.end()) specs_.push_back(spec);
  };
  add(primary_);
  for (const std::string& text : config_.metrics) {
    if (text.find('@') != std::string::npos) {
      add(metrics::parse_metric(text, config_.profile));
      continue;
    }
    for (const uint32_t cutoff : config_.cutoffs) {
      const std::string with_cutoff = fmt::format("{}@{}", text, cutoff);
      const std::string family_name = text.substr(0, text.find('('));
      const bool bare =
          std::any_of(metrics::metric_families().begin(), metrics::metric_families().end(),
                      [&](const metrics::MetricFamily& family) {
                        return family.cutoff == metrics::CutoffRule::forbidden &&
                               (family.name == family_name || std::find(family.aliases.begin(), family.aliases.end(),
                                                                        family_name) != family.aliases.end());
                      });
      add(metrics::parse_metric(bare ? text : with_cutoff, config_.profile));
    }
  }
}

uint32_t AccuracySuite::longest_cutoff() const {
  uint32_t longest = 0;
  for (const metrics::MetricSpec& spec : specs_) longest = std::max(longest, spec.cutoff);
  return longest;
}

SuiteInfo AccuracySuite::info() const {
  return {
      "accuracy",
      "1.0.0",
      "How well do the lists match what users chose afterwards, and what else are they like?",
      "Every test user is shown the history of the split and asked for one list. Each metric is computed per user; the "
      "mean has a bootstrap interval over users, catalogue-level measures have a delete-a-group jackknife interval. "
      "Systems are compared in pairs on the same users with sign-flip permutation tests, Holm-corrected.",
      "Offline relevance is what users chose under the system that logged the data: a list of items that nobody was "
      "shown counts as wrong. Intervals cover the choice of users, not that of training seeds, unless several "
      "seeds are run. Accuracy here is no promise of an online gain.",
      {"Järvelin & Kekäläinen 2002", "Krichene & Rendle 2020", "Efron 1987", "Phipson & Smyth 2010", "Holm 1979"}};
}

std::vector<Probe> AccuracySuite::probes(const SuiteContext& context) const {
  if (longest_cutoff() > context.list_length) {
    throw ConfigError(fmt::format(
        "suites.accuracy measures at cutoff {}, but lists have {} items (the catalogue has {}); raise list_length or "
        "lower the cutoff",
        longest_cutoff(), context.list_length, context.dataset->catalogue.size()));
  }
  return {ranking_probe(context)};
}

Assessment AccuracySuite::assess(const Run& run, const SuiteContext& context,
                                 std::span<const AssessedSystem> systems) const {
  Assessment assessment = assess_accuracy({config_, specs_, primary_, longest_cutoff()}, run, context, systems);
  assessment.result.info = info();
  assessment.result.certificates = {comparison_certificate()};
  return assessment;
}

}  // namespace recgauge::suites
