#include "suites/counterfactual/counterfactual_suite.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/system/error.h"
#include "harness/system/random.h"
#include "harness/verdict/report_parts.h"
#include "suites/counterfactual/certificate.h"
#include "suites/counterfactual/effects_report.h"

namespace recgauge::suites {
namespace {

constexpr const char* kSuite = "counterfactual";

void check(const CounterfactualConfig& config) {
  if (config.flips && !config.flips->sentence.empty() && config.flips->sentence.find("{value}") == std::string::npos) {
    throw ConfigError("suites.counterfactual.flips.sentence has no {value}, so it would say the same of everybody");
  }
  if (config.wording) {
    for (const char* part : {"{attribute}", "{subject}"}) {
      if (config.wording->template_text.find(part) == std::string::npos) {
        throw ConfigError(fmt::format("suites.counterfactual.wording.template has no {}", part));
      }
    }
  }
  if (config.order && config.order->candidates % 2 != 0) {
    throw ConfigError(fmt::format("suites.counterfactual.order.candidates is {}; give an even number, which has halves",
                                  config.order->candidates));
  }
  if (config.order && config.order->k >= config.order->candidates) {
    throw ConfigError(
        fmt::format("suites.counterfactual.order.k is {} of {} candidates, which leaves nothing to choose",
                    config.order->k, config.order->candidates));
  }
}

// Lists of the systems that answered enough; a finding for each that did not.
struct Answered {
  AssessedSystem system;
  ArmLists lists;
};

std::vector<Answered> answered(const CounterfactualConfig& config, const Experiment& experiment, const Run& run,
                               const SuiteContext& context, std::span<const AssessedSystem> systems,
                               SuiteResult& result) {
  std::vector<Answered> usable;
  for (const AssessedSystem& system : systems) {
    if (system.role == SystemRole::control) continue;
    ArmLists lists = read_arm_lists(run, system.name, experiment, context.dataset->catalogue.size());
    const double needed = config.smallest_usable_share * static_cast<double>(lists.requests);
    if (lists.usable > 0 && static_cast<double>(lists.usable) >= needed) {
      usable.push_back({system, std::move(lists)});
      continue;
    }
    Finding finding = finding_of(kSuite, fmt::format("{}-{}-unanswered", system.name, experiment.name()),
                                 system.role == SystemRole::candidate ? Severity::high : Severity::low,
                                 fmt::format("{} is not measured ({}): only {} of {} requests were answered usably.",
                                             system.name, experiment.name(), lists.usable, lists.requests),
                                 "A refusal to answer where an attribute is told may itself be unequal treatment.");
    finding.status = FindingStatus::not_measured;
    result.findings.push_back(std::move(finding));
  }
  return usable;
}

AttributeReport attribute_report(const CounterfactualConfig& config, const Experiment& experiment,
                                 const std::vector<Answered>& usable, const SuiteContext& context) {
  std::vector<TypicalLabels> typical;
  for (const auto& [attribute, arms] : experiment.attributes()) {
    for (TypicalLabels& labels :
         typical_labels(attribute, *context.dataset, *context.split->train, config.typical_ratio)) {
      typical.push_back(std::move(labels));
    }
  }
  AttributeReport report{config, experiment, {}};
  for (const Answered& one : usable) {
    SystemEffects effects = attribute_effects(config, experiment, one.lists, typical,
                                              derive_seed(context.seed, "counterfactual " + experiment.name()));
    effects.name = one.system.name;
    effects.role = one.system.role;
    report.systems.push_back(std::move(effects));
  }
  return report;
}

OrderReport order_report(const CounterfactualConfig& config, const OrderExperiment& experiment,
                         const std::vector<Answered>& usable, const SuiteContext& context) {
  OrderReport report{config, experiment, {}};
  for (const Answered& one : usable) {
    OrderEffects effects =
        order_effects(config, experiment, one.lists, derive_seed(context.seed, "counterfactual order"));
    effects.name = one.system.name;
    effects.role = one.system.role;
    report.systems.push_back(std::move(effects));
  }
  return report;
}

size_t correct(std::vector<FamilyMember> family, statistics::Correction correction) {
  std::vector<double> p_values;
  for (const FamilyMember& member : family) p_values.push_back(member.p_value);
  const std::vector<double> adjusted = statistics::adjust(p_values, correction);
  for (size_t i = 0; i < family.size(); ++i) *family[i].adjusted = adjusted[i];
  return family.size();
}

}  // namespace

Measurement counterfactual_measurement(const std::string& system, const std::string& metric, const std::string& label,
                                       const std::string& slice, const statistics::Estimate& estimate) {
  return measurement_of(kSuite, {system, metric, label, slice}, estimate,
                        estimate.value ? "" : "no unit has all the lists that it needs");
}

CounterfactualSuite::CounterfactualSuite(CounterfactualConfig config) : config_(std::move(config)) {
  if (!config_.flips && !config_.wording && !config_.order) config_.order.emplace();
  check(config_);
}

SuiteInfo CounterfactualSuite::info() const {
  return {"counterfactual",
          "1.0.0",
          "Does it matter who asks, or in which order candidates are shown?",
          "The same history, or the same words, with another value of an attribute told, held against the list that is "
          "given when nothing is told; the same candidates in drawn orders and backwards. Every unaltered question is "
          "asked again, which gives the floor of noise. Tests are permutations within users or subjects, corrected "
          "over all tests of the suite; unevenness is a finding only where telling the attribute changes lists beyond "
          "that floor as well.",
          "Similarity says that lists differ, not that they are worse. A sentence with an attribute differs in its "
          "words too, so only differences between values count, not the distance from the unaltered sentence. Values "
          "are those that were told; who is not among them is not seen.",
          {"Zhang et al. 2023", "Fagin, Kumar & Sivakumar 2003", "Phipson & Smyth 2010", "Holm 1979"}};
}

std::vector<std::shared_ptr<const Experiment>> CounterfactualSuite::experiments(const SuiteContext& context) const {
  std::vector<std::shared_ptr<const Experiment>> result;
  if (config_.flips) result.push_back(make_flips(*config_.flips, config_.k, config_.repeats, context));
  if (config_.wording) result.push_back(make_wording(*config_.wording, config_.k, config_.repeats, context));
  if (config_.order) result.push_back(std::make_shared<OrderExperiment>(*config_.order, config_.repeats, context));
  return result;
}

std::vector<Probe> CounterfactualSuite::probes(const SuiteContext& context) const {
  std::vector<Probe> probes;
  for (const auto& experiment : experiments(context)) {
    probes.push_back({experiment->probe_name(), "", experiment, nullptr, {}});
  }
  return probes;
}

Assessment CounterfactualSuite::assess(const Run& run, const SuiteContext& context,
                                       std::span<const AssessedSystem> systems) const {
  Assessment assessment;
  SuiteResult& result = assessment.result;
  result.info = info();
  result.certificates = counterfactual_certificates();
  std::vector<AttributeReport> attributes;
  std::vector<OrderReport> orders;
  const auto all = experiments(context);
  for (const auto& experiment : all) {
    const std::vector<Answered> usable = answered(config_, *experiment, run, context, systems, result);
    if (const auto* order = dynamic_cast<const OrderExperiment*>(experiment.get())) {
      orders.push_back(order_report(config_, *order, usable, context));
    } else {
      attributes.push_back(attribute_report(config_, *experiment, usable, context));
    }
  }
  std::vector<FamilyMember> family;
  for (AttributeReport& report : attributes) std::ranges::move(tests_of(report), std::back_inserter(family));
  for (OrderReport& report : orders) std::ranges::move(tests_of(report), std::back_inserter(family));
  const size_t tests = correct(std::move(family), config_.correction);
  for (const AttributeReport& report : attributes) add_report(report, tests, result);
  for (const OrderReport& report : orders) add_report(report, result);
  result.measured = !result.measurements.empty();
  if (!result.measured) result.not_measured_reason = "no system answered enough requests";
  return assessment;
}

std::map<std::string, std::string> CounterfactualSuite::definitions() {
  return {
      {"attribute_similarity",
       "Similarity `of` the list with a value of an attribute told to the unit's list with nothing told, mean over "
       "units: users of the data with their history, or subjects of a sentence. jaccard, serp and prag are those of "
       "FaiRLLM in the paper's normalisation, under which equal lists have 1. Titles outside of the catalogue are "
       "compared in lower case, without text in brackets and blanks. Source: Zhang et al. 2023."},
      {"repeat_similarity",
       "Similarity `of` the lists that the same question gets when it is asked again with nothing told: 1 for a system "
       "without chance in it. The floor of noise under every effect of an attribute."},
      {"snsr",
       "Sensitive-to-neutral similarity range: largest minus smallest attribute_similarity `of` an attribute's values. "
       "Its interval holds where the true range is 0, too; by chance it is above 0 always. Source: Zhang et al. 2023."},
      {"snsv",
       "Sensitive-to-neutral similarity variance: population standard deviation, as in the paper's formula, of the "
       "attribute_similarity `of` an attribute's values. Source: Zhang et al. 2023."},
      {"attribute_effect",
       "repeat_similarity minus attribute_similarity, by unit: how much of the list telling the attribute takes, "
       "beyond "
       "noise."},
      {"stereotype_drift",
       "Mean share of labels typical of a group (among whose training interactions they are over-represented) in the "
       "list with the group told, minus that in the list for the same history with nothing told."},
      {"order_distance",
       "Kendall's distance (K^(1/2), normalised) between the lists that the same candidates get in different orders, "
       "mean over users; 0 if order does not matter. Source: Fagin, Kumar & Sivakumar 2003."},
      {"repeat_distance", "The same distance between lists for the same candidates in the same order, asked again."},
      {"order_effect", "order_distance minus repeat_distance, by user."},
      {"front_share",
       "Share of the chosen items that were shown in the first half of the candidates, over drawn orders and their "
       "reverses; one half if places do not matter."},
  };
}

}  // namespace recgauge::suites
