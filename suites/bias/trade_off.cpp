#include "suites/bias/trade_off.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/metrics/exposure_equity.h"
#include "suites/bias/gap_report.h"
#include "suites/bias/mitigation.h"

namespace recgauge::suites {
namespace {

constexpr double kCalibrationWeight = 0.5;

struct Mitigation {
  std::string name;  ///< as a parameter of full names
  std::string what;
  ListChange change;  ///< empty for the lists as they are
};

struct Outcome {
  statistics::Estimate accuracy;
  std::vector<double> by_user;
  double inequity = 0.0;
  std::optional<statistics::Interval> interval;
  double largest_gap = 0.0;  ///< of the first attribute's groups
};

double inequity_of(const ExposureSums& sums) { return metrics::inequity_of_attention(sums.exposure, sums.merit); }

class TradeOff {
 public:
  TradeOff(const ExposureReport& report, const GapSettings& settings, const metrics::ItemKnowledge& knowledge,
           const ItemGrouping& popularity, SuiteResult& result)
      : report_(report),
        settings_(settings),
        knowledge_(knowledge),
        popularity_(popularity),
        primary_{settings.metrics.front()},
        basis_(
            make_exposure_basis(report.context, popularity, report.config.browsing, report.k, report.training_counts)),
        result_(result) {
    make_mitigations();
  }

  void run() {
    Figure figure = empty_figure();
    for (const AssessedSystem& system : report_.systems) {
      std::vector<Outcome> outcomes;
      for (const Mitigation& mitigation : mitigations_) {
        outcomes.push_back(try_out(system, mitigation));
        add_measurements(system, mitigation, outcomes.back());
        figure.rows.push_back({system.name, mitigation.what, outcomes.back().inequity,
                               outcomes.back().accuracy.value.value_or(0), outcomes.back().largest_gap});
      }
      add_finding(system, outcomes);
    }
    if (!settings_.groupings.empty()) result_.figures.push_back(user_gap_figure(figure));
    result_.figures.push_back(std::move(figure));
  }

 private:
  void make_mitigations() {
    mitigations_.push_back({"none", "as recorded", {}});
    mitigations_.push_back({"targets", "re-ranked to the groups' shares of interactions", [&](size_t, auto list) {
                              return rerank_to_targets(list, popularity_, basis_.interactions, basis_.browsing,
                                                       report_.k);
                            }});
    if (knowledge_.categories) {
      mitigations_.push_back({"calibrated", "calibrated to the history", [&](size_t position, auto list) {
                                const UserId user = report_.context.split->test_users[position];
                                return rerank_calibrated(list, report_.context.split->history->items(user),
                                                         *knowledge_.categories, kCalibrationWeight, report_.k);
                              }});
    }
    mitigations_.push_back({"fair_star_ir", "FA*IR for the tail", [&](size_t, auto list) {
                              return rerank_fair(list, popularity_, 0, basis_.fair_table, report_.k);
                            }});
  }

  Outcome try_out(const AssessedSystem& system, const Mitigation& mitigation) const {
    Outcome outcome;
    // Both readings see the same lists, which are re-ranked once.
    std::vector<std::vector<ItemId>> changed(settings_.user_keys.size());
    ListChange once;
    ListChange again;
    if (mitigation.change) {
      once = [&](size_t position, std::span<const ItemId> list) {
        return changed[position] = mitigation.change(position, list);
      };
      again = [&](size_t position, std::span<const ItemId>) { return changed[position]; };
    }
    UserColumns columns = read_user_columns(report_.run, report_.context, knowledge_, primary_, system, once);
    outcome.by_user = std::move(columns.columns.front().values);
    const statistics::Column column{outcome.by_user, {}};
    outcome.accuracy = statistics::bootstrap(std::span(&column, 1), settings_.user_keys,
                                             bootstrap_options(report_.config, settings_.seed))[0];
    outcome.largest_gap = largest_gap(outcome.by_user);
    const GroupExposure exposure = read_exposure(report_.run, basis_, system.name, again);
    outcome.inequity = inequity_of(exposure.total());
    std::vector<double> without;
    for (size_t fold = 0; fold < kExposureFolds; ++fold) without.push_back(inequity_of(exposure.without(fold)));
    if (std::none_of(without.begin(), without.end(), [](double x) { return std::isnan(x); })) {
      outcome.interval = statistics::group_jackknife(outcome.inequity, without, report_.config.confidence);
    }
    return outcome;
  }

  double largest_gap(const std::vector<double>& by_user) const {
    if (settings_.groupings.empty()) return std::nan("");
    const UserGrouping& grouping = settings_.groupings.front();
    std::vector<double> sums(grouping.cells.size(), 0.0);
    std::vector<double> counts(grouping.cells.size(), 0.0);
    for (size_t u = 0; u < by_user.size(); ++u) {
      const uint32_t cell = grouping.cell_of_user[u];
      if (cell == statistics::kNoCell || std::isnan(by_user[u])) continue;
      sums[cell] += by_user[u];
      counts[cell] += 1.0;
    }
    const std::vector<double> means = metrics::per_unit(sums, counts);
    const auto [low, high] = std::minmax_element(means.begin(), means.end());
    return *high - *low;
  }

  void add_measurements(const AssessedSystem& system, const Mitigation& mitigation, const Outcome& outcome) {
    if (!mitigation.change) return;
    const std::string suffix = fmt::format("[rerank={}]", mitigation.name);
    Measurement accuracy =
        bias_measurement(system.name, primary_.front().full_name + suffix, primary_.front().label + suffix, "all");
    accuracy.unit = primary_.front().unit;
    accuracy.direction = primary_.front().direction;
    accuracy.value = outcome.accuracy.value;
    accuracy.interval = outcome.accuracy.interval;
    accuracy.n = outcome.accuracy.n;
    accuracy.n_undefined = outcome.accuracy.n_undefined;
    if (!accuracy.value) accuracy.undefined_reason = "undefined for every user";
    const std::string cutoff = fmt::format("@{}", report_.k);
    Measurement inequity = bias_measurement(
        system.name, fmt::format("inequity_of_attention(browsing={}){}{}", to_string(basis_.browsing), cutoff, suffix),
        "inequity_of_attention" + cutoff + suffix, "by popularity");
    inequity.direction = Direction::lower_is_better;
    inequity.n = outcome.accuracy.n;
    if (!std::isnan(outcome.inequity)) inequity.value = outcome.inequity;
    if (!inequity.value) inequity.undefined_reason = "no attention or no relevant items";
    inequity.interval = outcome.interval;
    result_.measurements.push_back(std::move(accuracy));
    result_.measurements.push_back(std::move(inequity));
  }

  // What a re-ranking costs is paired: the same users with the same system.
  statistics::Estimate change_of(const Outcome& from, const Outcome& to) const {
    std::vector<double> differences(from.by_user.size());
    for (size_t u = 0; u < differences.size(); ++u) differences[u] = to.by_user[u] - from.by_user[u];
    const statistics::Column column{differences, {}};
    return statistics::bootstrap(std::span(&column, 1), settings_.user_keys,
                                 bootstrap_options(report_.config, settings_.seed))[0];
  }

  void add_finding(const AssessedSystem& system, const std::vector<Outcome>& outcomes) {
    Finding finding;
    finding.id = fmt::format("bias/{}-trade-off", system.name);
    finding.suite = "bias";
    std::vector<std::string> costs;
    for (size_t m = 1; m < outcomes.size(); ++m) {
      const statistics::Estimate change = change_of(outcomes.front(), outcomes[m]);
      if (!change.value || !change.interval) continue;
      costs.push_back(fmt::format("{}: {} {:+.4f} [{:+.4f}, {:+.4f}], inequity of attention {:.3f}",
                                  mitigations_[m].what, primary_.front().label, *change.value, change.interval->low,
                                  change.interval->high, outcomes[m].inequity));
    }
    if (costs.empty()) return;
    finding.claim = fmt::format(
        "{}: attention is off by {:.3f} between head and tail (0 is equity, 2 the worst); what three re-rankings of "
        "its "
        "lists would change is told here.",
        system.name, outcomes.front().inequity);
    finding.detail = fmt::format(
        "{}. Changes are over the same users. The re-rankings choose among the {} items that the system listed; FA*IR "
        "asks "
        "for {} tail items in the first {} places.",
        fmt::join(costs, "; "), report_.context.list_length, basis_.fair_table.back(), report_.k);
    result_.findings.push_back(std::move(finding));
  }

  // The same outcomes, with the gap between groups of users on the axis.
  Figure user_gap_figure(const Figure& outcomes) const {
    const std::string attribute = slice_of(settings_.groupings.front());
    Figure figure = outcomes;
    figure.id = "bias/trade-off-users";
    figure.title =
        fmt::format("What fixing would cost: {} against its largest gap {}", primary_.front().label, attribute);
    figure.caption =
        "Largest minus smallest group mean of the lists as they are and re-ranked; up and to the left is better. The "
        "re-rankings aim at groups of items: what they do to groups of users is a side effect, and by chance alone a "
        "gap is above 0.";
    figure.encoding["x"] = "largest gap";
    return figure;
  }

  Figure empty_figure() const {
    Figure figure;
    figure.id = "bias/trade-off";
    figure.title = fmt::format("What fixing would cost: {} against inequity of attention", primary_.front().label);
    figure.caption =
        "Inequity of attention between head and tail (0 is equity) of the lists as they are and re-ranked; up and to "
        "the "
        "left is better.";
    figure.kind = "scatter";
    figure.encoding = {{"x", "inequity of attention"}, {"y", primary_.front().label}, {"color", "system"}};
    figure.columns = {"system", "lists", "inequity of attention", primary_.front().label, "largest gap"};
    return figure;
  }

  const ExposureReport& report_;
  const GapSettings& settings_;
  const metrics::ItemKnowledge& knowledge_;
  const ItemGrouping& popularity_;
  std::vector<BiasMetric> primary_;
  ExposureBasis basis_;
  std::vector<Mitigation> mitigations_;
  SuiteResult& result_;
};

}  // namespace

void add_trade_off(const ExposureReport& report, const GapSettings& settings, const metrics::ItemKnowledge& knowledge,
                   SuiteResult& result) {
  if (report.systems.empty()) return;
  for (const ItemGrouping& grouping : make_item_groupings(report.config, report.context, report.training_counts)) {
    if (grouping.name == kPopularityGrouping) TradeOff(report, settings, knowledge, grouping, result).run();
  }
}

}  // namespace recgauge::suites
