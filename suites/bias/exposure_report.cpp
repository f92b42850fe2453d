#include "suites/bias/exposure_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "harness/metrics/expected_exposure.h"
#include "harness/metrics/exposure_equity.h"
#include "harness/statistics/bootstrap.h"
#include "suites/bias/gap_report.h"

namespace recgauge::suites {
namespace {

using SumsMeasure = std::function<double(const ExposureSums&)>;

std::vector<double> shares_of(std::vector<double> sums) {
  const double total = std::accumulate(sums.begin(), sums.end(), 0.0);
  for (double& sum : sums) sum /= total;
  return sums;
}

std::vector<double> per_user(std::vector<double> sums, double users) {
  for (double& sum : sums) sum /= users;
  return sums;
}

/// Values of the groups that have relevant items: the others have nothing that attention could be due for.
std::vector<double> with_merit(const std::vector<double>& values, const ExposureSums& sums) {
  std::vector<double> kept;
  for (size_t g = 0; g < values.size(); ++g) {
    if (sums.merit[g] > 0) kept.push_back(values[g]);
  }
  return kept;
}

/// A measure of the sums of all users, with what a measurement says of it.
struct NamedMeasure {
  std::string name;
  Direction direction;
  const char* unit;
  SumsMeasure value;
};

std::vector<NamedMeasure> measures_of(const ExposureBasis& basis) {
  const auto expected = [](const ExposureSums& s) {
    return metrics::expected_exposure(per_user(s.exposure, s.users), per_user(s.target, s.users));
  };
  return {
      {"demographic_parity", Direction::higher_is_better, "",
       [&](const ExposureSums& s) { return metrics::demographic_parity(s.exposure, basis.items); }},
      {"disparate_treatment", Direction::higher_is_better, "",
       [](const ExposureSums& s) {
         return metrics::disparate_treatment(with_merit(s.exposure, s), with_merit(s.merit, s));
       }},
      {"disparate_impact", Direction::higher_is_better, "",
       [](const ExposureSums& s) {
         return metrics::disparate_impact(with_merit(s.clicks, s), with_merit(s.merit, s));
       }},
      {"inequity_of_attention", Direction::lower_is_better, "",
       [](const ExposureSums& s) { return metrics::inequity_of_attention(s.exposure, s.merit); }},
      {"expected_exposure_loss", Direction::lower_is_better, "",
       [expected](const ExposureSums& s) { return expected(s).loss; }},
      {"expected_exposure_disparity", Direction::neutral, "",
       [expected](const ExposureSums& s) { return expected(s).disparity; }},
      {"expected_exposure_relevance", Direction::neutral, "",
       [expected](const ExposureSums& s) { return expected(s).relevance; }},
  };
}

class GroupingExposure {
 public:
  GroupingExposure(const ExposureReport& report, const ItemGrouping& grouping, SuiteResult& result)
      : report_(report),
        basis_(make_exposure_basis(report.context, grouping, report.config.browsing, report.k, report.training_counts)),
        grouping_(grouping),
        result_(result) {}

  void add(const AssessedSystem& system, Figure& figure) {
    const GroupExposure exposure = read_exposure(report_.run, basis_, system.name);
    if (exposure.total().users == 0.0) return;
    for (const NamedMeasure& measure : measures_of(basis_)) add_measure(system, exposure, measure);
    add_lists(system, exposure);
    add_shares(system, exposure, figure);
  }

 private:
  std::string with_parameters(const std::string& name) const {
    return fmt::format("{}(browsing={})@{}", name, to_string(report_.config.browsing), report_.k);
  }

  std::optional<statistics::Interval> jackknife(const GroupExposure& exposure, double value,
                                                const SumsMeasure& measure) const {
    std::vector<double> without;
    for (size_t fold = 0; fold < kExposureFolds; ++fold) {
      const double left = measure(exposure.without(fold));
      if (!std::isnan(left)) without.push_back(left);
    }
    if (without.size() < kExposureFolds) return std::nullopt;
    return statistics::group_jackknife(value, without, report_.config.confidence);
  }

  void add_measure(const AssessedSystem& system, const GroupExposure& exposure, const NamedMeasure& measure) {
    const ExposureSums total = exposure.total();
    Measurement m = bias_measurement(system.name, with_parameters(measure.name),
                                     fmt::format("{}@{}", measure.name, report_.k), "by " + grouping_.name);
    m.direction = measure.direction;
    m.unit = measure.unit;
    m.n = static_cast<uint64_t>(total.users);
    const double value = measure.value(total);
    if (std::isnan(value)) {
      m.undefined_reason = "fewer than two groups have items and relevant items, or none has attention";
    } else {
      m.value = value;
      m.interval = jackknife(exposure, value, measure.value);
    }
    result_.measurements.push_back(std::move(m));
  }

  void add_lists(const AssessedSystem& system, const GroupExposure& exposure) {
    struct ListMeasure {
      ListFairness measure;
      std::string full_name;
      std::string label;
      Direction direction;
    };
    const std::string k = std::to_string(report_.k);
    const ListMeasure measures[] = {
        {ListFairness::awrf,
         fmt::format("awrf(browsing={},target=interactions)@{}", to_string(report_.config.browsing), k), "awrf@" + k,
         Direction::higher_is_better},
        {ListFairness::ndkl, "ndkl(target=interactions)@" + k, "ndkl@" + k, Direction::lower_is_better},
        {ListFairness::rnd, fmt::format("rnd(protected=tail,step=10)@{}", report_.context.list_length),
         fmt::format("rnd@{}", report_.context.list_length), Direction::lower_is_better},
        {ListFairness::fair_test, fmt::format("fair_test(protected=tail,p={:.4f},level=0.1)@{}", basis_.tail_share, k),
         "fair_test@" + k, Direction::higher_is_better}};
    std::vector<uint64_t> keys;
    for (const UserId user : report_.context.split->test_users) keys.push_back(index(user));
    std::vector<statistics::Column> columns;
    for (const auto& column : exposure.lists) columns.push_back({column, {}});
    const auto estimates =
        statistics::bootstrap(columns, keys, bootstrap_options(report_.config, report_.context.seed));
    for (const ListMeasure& measure : measures) {
      const statistics::Estimate& estimate = estimates[static_cast<size_t>(measure.measure)];
      if (!estimate.value) continue;
      Measurement m = bias_measurement(system.name, measure.full_name, measure.label, "by " + grouping_.name);
      m.direction = measure.direction;
      m.unit = measure.measure == ListFairness::ndkl        ? "nats"
               : measure.measure == ListFairness::fair_test ? "share"
                                                            : "";
      m.value = estimate.value;
      m.interval = estimate.interval;
      m.n = estimate.n;
      m.n_undefined = estimate.n_undefined;
      result_.measurements.push_back(std::move(m));
    }
  }

  void add_shares(const AssessedSystem& system, const GroupExposure& exposure, Figure& figure) {
    const ExposureSums total = exposure.total();
    const std::vector<double> shares = shares_of(total.exposure);
    const std::vector<double> merit = shares_of(total.merit);
    const std::vector<double> items = shares_of(basis_.items);
    size_t least = 0;
    for (size_t g = 0; g < shares.size(); ++g) {
      Measurement m = bias_measurement(system.name, with_parameters("exposure_share"),
                                       fmt::format("exposure_share@{}", report_.k), grouping_.groups[g]);
      m.unit = "share";
      m.value = shares[g];
      m.n = static_cast<uint64_t>(total.users);
      m.interval =
          jackknife(exposure, shares[g], [g](const ExposureSums& sums) { return shares_of(sums.exposure)[g]; });
      figure.rows.push_back({system.name, grouping_.name, grouping_.groups[g], shares[g],
                             m.interval ? Figure::Cell(m.interval->low) : Figure::Cell(),
                             m.interval ? Figure::Cell(m.interval->high) : Figure::Cell(), items[g],
                             basis_.interactions[g], merit[g]});
      if (merit[g] > 0 && (!(merit[least] > 0) || shares[g] / merit[g] < shares[least] / merit[least])) least = g;
      result_.measurements.push_back(std::move(m));
    }
    if (merit[least] > 0) add_finding(system, least, shares[least], merit[least], items[least]);
  }

  void add_finding(const AssessedSystem& system, size_t group, double share, double merit, double items) {
    Finding finding;
    finding.id = fmt::format("bias/{}-exposure-by-{}", system.name, grouping_.name);
    std::replace(finding.id.begin(), finding.id.end(), ' ', '-');
    finding.suite = "bias";
    finding.claim = fmt::format(
        "{}: of the groups by {}, {} gets least attention for what users chose: {:.2f} % of the attention, {:.2f} % of "
        "the relevant items.",
        system.name, grouping_.name, grouping_.groups[group], 100 * share, 100 * merit);
    finding.detail = fmt::format(
        "It holds {:.2f} % of the catalogue and {:.2f} % of the training interactions. Attention falls with rank as {} "
        "says, up to rank {}. A description with intervals, not a test: with many groups the least one is low by "
        "chance "
        "too.",
        100 * items, 100 * basis_.interactions[group], to_string(report_.config.browsing), report_.k);
    for (const char* measure : {"disparate_treatment", "demographic_parity"}) {
      finding.measurements.push_back(
          fmt::format("bias/{}/{}@{}/by {}", system.name, measure, report_.k, grouping_.name));
    }
    finding.measurements.push_back(
        fmt::format("bias/{}/exposure_share@{}/{}", system.name, report_.k, grouping_.groups[group]));
    result_.findings.push_back(std::move(finding));
  }

  const ExposureReport& report_;
  ExposureBasis basis_;
  const ItemGrouping& grouping_;
  SuiteResult& result_;
};

Figure empty_figure(const ExposureReport& report, const ItemGrouping& grouping) {
  Figure figure;
  figure.id = "bias/exposure-by-" + grouping.name;
  figure.title = fmt::format("Attention by {} of items", grouping.name);
  figure.caption = fmt::format(
      "Share of all attention that the group's items get in the first {} places (browsing model: {}), with {:.0f} % "
      "interval; the table also has the group's share of the catalogue, of the training interactions and of the "
      "relevant "
      "items.",
      report.k, to_string(report.config.browsing), 100 * report.config.confidence);
  figure.kind = "interval";
  figure.encoding = {{"facet", "system"}, {"y", "group"}, {"x", "attention"}, {"low", "low"}, {"high", "high"}};
  figure.columns = {"system", "grouping", "group", "attention", "low", "high", "catalogue", "interactions", "relevant"};
  return figure;
}

}  // namespace

void add_exposure(const ExposureReport& report, SuiteResult& result) {
  for (const ItemGrouping& grouping : make_item_groupings(report.config, report.context, report.training_counts)) {
    Figure figure = empty_figure(report, grouping);
    GroupingExposure exposure(report, grouping, result);
    for (const AssessedSystem& system : report.systems) exposure.add(system, figure);
    if (!figure.rows.empty()) result.figures.push_back(std::move(figure));
  }
}

}  // namespace recgauge::suites
