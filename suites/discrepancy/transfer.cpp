#include "suites/discrepancy/transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/statistics/proportions.h"
#include "harness/system/error.h"
#include "harness/system/random.h"
#include "suites/discrepancy/report_parts.h"
#include "suites/discrepancy/resampled_means.h"

namespace recgauge::suites {
namespace {

constexpr size_t kFewestSystems = 3;
constexpr double kSameOrder = 1.0 - 1e-9;  // tau_b of equal orders, as it is rounded

// Values by user of some systems, and their means on resamples of these users.
struct DataSet {
  std::string name;
  std::vector<std::vector<double>> values;  // by system, then user
  ResampledMeans means;

  void resample(size_t resamples, uint64_t seed) {
    std::vector<const std::vector<double>*> columns;
    for (const auto& column : values) columns.push_back(&column);
    std::vector<UserId> users(values.front().size());
    for (size_t i = 0; i < users.size(); ++i) users[i] = UserId{static_cast<uint32_t>(i)};
    means = resampled_means(columns, users, resamples, seed);
  }
};

class Transfer {
 public:
  Transfer(const ValidityInput& input, SuiteResult& result)
      : input_(input),
        result_(result),
        metric_(full_name(input.specs.front())),
        label_(short_name(input.specs.front())) {
    figure_.id = "discrepancy/transfer-order";
    figure_.title = fmt::format("Order of the systems by {}, data set by data set", label_);
    figure_.caption =
        "The best system is at the top. Lines that cross are systems that change places between data sets.";
    figure_.kind = "line";
    figure_.encoding = {{"x", "data set number"}, {"y", "systems beaten"}, {"color", "system"}};
    figure_.columns = {"data set number", "data set", "system", "systems beaten", "value"};
  }

  void run() {
    std::vector<std::string> changed;
    for (const OtherRunConfig& other : input_.config.transfer) {
      const statistics::Estimate tau = compare(other);
      if (tau.interval && tau.interval->high < kSameOrder) {
        changed.push_back(fmt::format("{} (tau_b {})", other.name, with_interval(tau)));
      }
    }
    if (!figure_.rows.empty()) result_.figures.push_back(std::move(figure_));
    if (changed.empty()) return;
    Finding finding = finding_of("transfer", Severity::medium,
                                 fmt::format("The order of the systems by {} does not carry over to other data: it is "
                                             "another on {}.",
                                             label_, fmt::join(changed, ", ")));
    finding.detail = "Choose a system on data like that on which it will work.";
    result_.findings.push_back(std::move(finding));
  }

 private:
  statistics::Estimate compare(const OtherRunConfig& other) {
    const std::string file =
        input_.context.find_file(other.run + "/observations.sqlite", "suites.discrepancy.transfer");
    const ObservationStore store(file, "", ObservationStore::Mode::read_only);
    std::vector<std::string> names;
    DataSet here{"this run", {}, {}};
    DataSet there{other.name, {}, {}};
    for (const ComparedSystem& system : input_.systems) {
      if (!system.usable) continue;
      auto values = store.unit_values("accuracy", system.system.name, metric_);
      if (!values || values->empty()) continue;
      names.push_back(system.system.name);
      here.values.push_back(system.offline.by_metric.front());
      there.values.push_back(std::move(*values));
    }
    statistics::Estimate estimate;
    std::string reason;
    if (names.size() < kFewestSystems) {
      reason = fmt::format(
          "{} systems have values of {} by user in both runs, an order needs {}; give the systems of both runs the "
          "same "
          "names, and name the metric in the accuracy suite of {}",
          names.size(), label_, kFewestSystems, other.name);
    } else {
      estimate = order(names, here, there);
      if (!estimate.value) reason = "the systems do not differ";
    }
    estimate.n = names.size();
    result_.measurements.push_back(measurement_of(
        {kAllSystems, fmt::format("kendall_tau_b({} here, in another run)", metric_),
         fmt::format("kendall_tau_b[{}, transfer]", label_), "run=" + other.name, "", Direction::higher_is_better},
        estimate, reason));
    return estimate;
  }

  // The users of the two runs are others: their resamples are independent.
  statistics::Estimate order(const std::vector<std::string>& names, DataSet& here, DataSet& there) {
    const uint64_t seed = derive_seed(input_.context.seed, "transfer");
    here.resample(input_.config.resamples, derive_seed(seed, {0}));
    there.resample(input_.config.resamples, derive_seed(seed, "run " + there.name));
    std::vector<double> taus;
    for (size_t r = 0; r < input_.config.resamples; ++r) {
      taus.push_back(
          statistics::kendall_tau_b(here.means.resampled[r], there.means.resampled[r]).value_or(std::nan("")));
    }
    if (figure_.rows.empty()) plot(names, here);
    plot(names, there);
    return percentile_estimate(statistics::kendall_tau_b(here.means.means, there.means.means), taus,
                               input_.config.confidence, "users of both runs");
  }

  void plot(const std::vector<std::string>& names, const DataSet& data) {
    const std::vector<double>& means = data.means.means;
    const double number = ++plotted_;
    for (size_t i = 0; i < names.size(); ++i) {
      const auto beaten = std::count_if(means.begin(), means.end(), [&](double value) { return value < means[i]; });
      figure_.rows.push_back({number, data.name, names[i], static_cast<double>(beaten), means[i]});
    }
  }

  const ValidityInput& input_;
  SuiteResult& result_;
  std::string metric_;
  std::string label_;
  Figure figure_;
  double plotted_ = 0.0;
};

}  // namespace

void check_transfer(const std::vector<OtherRunConfig>& runs) {
  for (size_t i = 0; i < runs.size(); ++i) {
    const bool again = std::any_of(runs.begin(), runs.begin() + static_cast<ptrdiff_t>(i),
                                   [&](const OtherRunConfig& other) { return other.name == runs[i].name; });
    if (again) {
      throw ConfigError(
          fmt::format("suites.discrepancy.transfer[{}]: the name '{}' is there already", i, runs[i].name));
    }
  }
}

void add_transfer(const ValidityInput& input, SuiteResult& result) {
  if (!input.config.transfer.empty()) Transfer(input, result).run();
}

}  // namespace recgauge::suites
