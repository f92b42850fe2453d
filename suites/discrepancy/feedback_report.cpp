#include "suites/discrepancy/feedback_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "harness/statistics/proportions.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"
#include "suites/discrepancy/feedback_readings.h"
#include "suites/discrepancy/report_parts.h"
#include "suites/discrepancy/resampled_means.h"

namespace recgauge::suites {
namespace {

constexpr size_t kFewestJudges = 20;
constexpr size_t kFewestSystems = 3;
constexpr size_t kGroups = 20;
constexpr const char* kTwinSlice = "log=exposure";

std::string own_slice(size_t round) { return round == 0 ? "log=as it is" : fmt::format("log=own, round={}", round); }

double lift(double value, double reference) { return value / reference - 1.0; }

class Feedback {
 public:
  Feedback(const Run& run, const ValidityInput& input, SuiteResult& result)
      : run_(run),
        input_(input),
        result_(result),
        loop_(input.context, input.config.feedback_loop, shown_places(input.config, input.context)),
        users_(loop_.judging_users()),
        all_(users_.size()),
        items_(input.context.dataset->catalogue.size()),
        label_(short_name(input.specs.front())) {
    std::iota(all_.begin(), all_.end(), size_t{0});
    options_.resamples = input.config.resamples;
    options_.confidence = input.config.confidence;
    options_.seed = derive_seed(input.context.seed, "feedback bootstrap");
    options_.unit_name = "judges";
  }

  void run() {
    const LoopChoices twin = loop_.twin_choices();
    for (const ComparedSystem& compared : input_.systems) {
      Looped& looped = systems_.emplace_back();
      looped.name = compared.system.name;
      looped.readings = read_feedback(run_, loop_, twin, input_.specs.front(), items_, looped.name);
      looped.reason = reason_against(looped.readings);
    }
    figure_.id = "discrepancy/feedback-loop";
    figure_.title = "Trained again and again on what their own lists brought in";
    figure_.caption = fmt::format(
        "{} against what judges took from the system's own lists, expected clicks deployed, and how far the lists of "
        "two "
        "judges agree, by rounds of training on the system's own log.",
        label_);
    figure_.kind = "line";
    figure_.encoding = {{"x", "round"},   {"y", "value"},      {"low", "low"},
                        {"high", "high"}, {"color", "system"}, {"facet", "measure"}};
    figure_.columns = {"round", "measure", "system", "value", "low", "high"};
    for (const Looped& looped : systems_) {
      if (looped.reason.empty()) measure_arms(looped);
      measure_gap(looped);
      measure_homogenisation(looped);
    }
    measure_orders();
    if (!figure_.rows.empty()) result_.figures.push_back(std::move(figure_));
  }

 private:
  struct Looped {
    std::string name;
    FeedbackReadings readings;
    std::string reason;  // why it is not measured; empty if it is
    const FeedbackArm& last() const { return readings.own.back(); }
  };

  std::string reason_against(const FeedbackReadings& readings) const {
    if (!readings.trained_again) return "the system cannot be trained, so that nothing could be learnt from its log";
    if (static_cast<double>(readings.usable) <
        input_.config.smallest_usable_share * static_cast<double>(readings.requests)) {
      return fmt::format("only {} of {} requests of the loop were answered usably", readings.usable, readings.requests);
    }
    const auto judged = std::count_if(readings.own.back().offline.begin(), readings.own.back().offline.end(),
                                      [](double value) { return !std::isnan(value); });
    if (static_cast<size_t>(judged) >= kFewestJudges) return "";
    return fmt::format("only {} judges took something in both logs, {} are needed; raise feedback_loop.users", judged,
                       kFewestJudges);
  }

  // Alarms are corrected over the systems, intervals in tables are not.
  double alarm_confidence() const {
    const auto measured =
        std::count_if(systems_.begin(), systems_.end(), [](const Looped& l) { return l.reason.empty(); });
    return 1.0 - (1.0 - input_.config.confidence) / static_cast<double>(std::max<ptrdiff_t>(measured, 1));
  }

  void add(const Looped& looped, const std::string& metric, const std::string& label, const std::string& slice,
           const char* unit, Direction direction, const statistics::Estimate& estimate) {
    result_.measurements.push_back(
        measurement_of({looped.name, metric, label, slice, unit, direction}, estimate, looped.reason));
  }

  // A statistic of the judges as a set: leaving out groups of them, since resamples repeat lists.
  statistics::Estimate of_judges(const FeedbackArm& arm, double confidence,
                                 const std::function<double(std::span<const size_t>)>& statistic) const {
    statistics::Estimate estimate;
    estimate.n = static_cast<uint64_t>(
        std::count_if(arm.lists.begin(), arm.lists.end(), [](const auto& list) { return !list.empty(); }));
    estimate.n_undefined = all_.size() - estimate.n;
    const double value = statistic(all_);
    if (std::isnan(value)) return estimate;
    estimate.value = value;
    std::vector<double> left_out;
    for (size_t group = 0; group < kGroups; ++group) {
      std::vector<size_t> kept;
      std::copy_if(all_.begin(), all_.end(), std::back_inserter(kept),
                   [&](size_t judge) { return judge % kGroups != group; });
      left_out.push_back(statistic(kept));
    }
    estimate.interval = statistics::group_jackknife(value, left_out, confidence);
    return estimate;
  }

  double overlap(const FeedbackArm& arm, std::span<const size_t> judges) const {
    return mean_overlap(arm, judges, loop_.shown(), items_);
  }

  void measure_arms(const Looped& looped) {
    for (size_t round = 0; round < looped.readings.own.size(); ++round) {
      measure_arm(looped, looped.readings.own[round], own_slice(round), static_cast<double>(round));
    }
    measure_arm(looped, looped.readings.twin, kTwinSlice, std::nullopt);
  }

  void measure_arm(const Looped& looped, const FeedbackArm& arm, const std::string& slice,
                   std::optional<double> round) {
    const statistics::Column columns[] = {{arm.deployed, {}}, {arm.offline, {}}};
    const auto estimates = statistics::bootstrap(columns, {}, options_);
    const double confidence = options_.confidence;
    const auto agreeing = of_judges(arm, confidence, [&](auto judges) { return overlap(arm, judges); });
    const auto covered = of_judges(arm, confidence, [&](auto judges) { return coverage_of(arm, judges, items_); });
    const std::string clicks = "feedback_deployed_clicks";
    add(looped, fmt::format("{}@{}", clicks, loop_.shown()), clicks, slice, "clicks per list",
        Direction::higher_is_better, estimates[0]);
    add(looped, fmt::format("feedback_overlap@{}", loop_.shown()), "feedback_overlap", slice, "share",
        Direction::neutral, agreeing);
    add(looped, fmt::format("feedback_coverage@{}", loop_.shown()), "feedback_coverage", slice, "share",
        Direction::neutral, covered);
    plot(looped, round, "deployed clicks", estimates[0]);
    plot(looped, round, "overlap", agreeing);
    if (round == 0.0) return;
    const std::string offline = fmt::format("feedback_offline({})", full_name(input_.specs.front()));
    add(looped, offline, fmt::format("{}[feedback]", label_), slice, "", Direction::higher_is_better, estimates[1]);
    plot(looped, round, label_, estimates[1]);
  }

  void plot(const Looped& looped, std::optional<double> round, const std::string& measure,
            const statistics::Estimate& estimate) {
    if (!round) return;
    figure_.rows.push_back({*round, measure, looped.name, cell_of(estimate.value), low_cell(estimate.interval),
                            high_cell(estimate.interval)});
  }

  // Offline and deployed, own log and twin, of the judges for whom all four are known.
  struct Lifts {
    double offline = 0.0;
    double deployed = 0.0;
    double gap() const { return offline - deployed; }
  };
  static Lifts lifts_of(const std::vector<double>& means) {
    return {lift(means[0], means[1]), lift(means[2], means[3])};
  }

  void measure_gap(const Looped& looped) {
    const std::string metric = fmt::format("({})", full_name(input_.specs.front()));
    const std::string gap_label = fmt::format("feedback_gap[{}]", label_);
    if (!looped.reason.empty()) {
      add(looped, "feedback_gap" + metric, gap_label, "all", "", Direction::neutral, {});
      add(looped, "feedback_lift", "feedback_lift", "all", "", Direction::higher_is_better, {});
      return;
    }
    std::vector<double> columns[] = {looped.last().offline, looped.readings.twin.offline, looped.last().deployed,
                                     looped.readings.twin.deployed};
    uint64_t judged = 0;
    for (size_t judge = 0; judge < all_.size(); ++judge) {
      const bool known = std::none_of(std::begin(columns), std::end(columns),
                                      [&](const auto& column) { return std::isnan(column[judge]); });
      judged += known ? 1 : 0;
      for (auto& column : columns) column[judge] = known ? column[judge] : std::nan("");
    }
    const ResampledMeans means = resampled_means({&columns[0], &columns[1], &columns[2], &columns[3]}, users_,
                                                 options_.resamples, options_.seed);
    const Lifts lifts = lifts_of(means.means);
    std::vector<double> gaps;
    std::vector<double> deployed;
    for (const auto& row : means.resampled) {
      gaps.push_back(lifts_of(row).gap());
      deployed.push_back(lifts_of(row).deployed);
    }
    const auto estimate_of = [&](double value, const std::vector<double>& resampled, double confidence) {
      std::vector<double> finite;
      std::copy_if(resampled.begin(), resampled.end(), std::back_inserter(finite),
                   [](double x) { return std::isfinite(x); });
      auto estimate = percentile_estimate(std::isfinite(value) ? std::optional(value) : std::nullopt, std::move(finite),
                                          confidence, "judges");
      estimate.n = judged;
      estimate.n_undefined = all_.size() - judged;
      return estimate;
    };
    add(looped, "feedback_gap" + metric, gap_label, "all", "", Direction::neutral,
        estimate_of(lifts.gap(), gaps, options_.confidence));
    const std::string id = result_.measurements.back().id;
    add(looped, "feedback_lift", "feedback_lift", "all", "", Direction::higher_is_better,
        estimate_of(lifts.deployed, deployed, options_.confidence));
    const auto strict = estimate_of(lifts.gap(), gaps, alarm_confidence());
    if (strict.interval && strict.interval->low > 0) add_gap_finding(looped, lifts, id);
  }

  void add_gap_finding(const Looped& looped, const Lifts& lifts, const std::string& id) {
    Finding finding = finding_of(
        "feedback-gap-" + looped.name, Severity::medium,
        fmt::format(
            "Measured on the log that its own lists have filled, {} has {:.2f} times the {} that its twin has on a "
            "log of {} exposure; deployed it is worth {:.2f} times as much.",
            looped.name, lifts.offline + 1.0, label_, exposure(), lifts.deployed + 1.0),
        "Hold offline scores against lists that the system did not choose: keep a share of the traffic at random.");
    finding.measurements = {id, result_.measurements.back().id};
    result_.findings.push_back(std::move(finding));
  }

  const char* exposure() const { return loop_.config().exposure == TwinExposure::random ? "random" : "popular"; }

  void measure_homogenisation(const Looped& looped) {
    const FeedbackArm& own = looped.last();
    const FeedbackArm& twin = looped.readings.twin;
    const auto difference = [&](std::span<const size_t> judges) {
      return overlap(own, judges) - overlap(twin, judges);
    };
    statistics::Estimate estimate;
    if (looped.reason.empty()) estimate = of_judges(own, options_.confidence, difference);
    add(looped, fmt::format("feedback_homogenisation@{}", loop_.shown()), "feedback_homogenisation", "all", "share",
        Direction::lower_is_better, estimate);
    if (!looped.reason.empty()) return;
    const auto strict = of_judges(own, alarm_confidence(), difference);
    if (!strict.interval || !(strict.interval->low > 0)) return;
    Finding finding = finding_of(
        "feedback-homogenisation-" + looped.name, Severity::medium,
        fmt::format(
            "{} homogenises through its own log: two users share {:.1f} of {} places, {:.1f} as it is and {:.1f} "
            "when trained on a log of {} exposure.",
            looped.name, places(own), loop_.shown(), places(looped.readings.own.front()), places(twin), exposure()));
    finding.measurements = {result_.measurements.back().id};
    result_.findings.push_back(std::move(finding));
  }

  double places(const FeedbackArm& arm) const { return overlap(arm, all_) * loop_.shown(); }

  // Whether scores on the systems' own logs, or on a log of exposure, order the systems as their deployment does.
  void measure_orders() {
    std::vector<const Looped*> measured;
    for (const Looped& looped : systems_) {
      if (looped.reason.empty()) measured.push_back(&looped);
    }
    measure_order("own logs", measured, [](const Looped& l) -> const FeedbackArm& { return l.last(); });
    measure_order("exposure log", measured, [](const Looped& l) -> const FeedbackArm& { return l.readings.twin; });
  }

  void measure_order(const std::string& log, const std::vector<const Looped*>& measured,
                     const FeedbackArm& (*arm_of)(const Looped&)) {
    const size_t count = measured.size();
    statistics::Estimate estimate;
    std::string reason;
    if (count < kFewestSystems) {
      reason = fmt::format("an order needs {} systems that went through the loop at least, there are {}",
                           kFewestSystems, count);
    } else {
      std::vector<const std::vector<double>*> columns;
      for (const Looped* looped : measured) columns.push_back(&arm_of(*looped).offline);
      for (const Looped* looped : measured) columns.push_back(&arm_of(*looped).deployed);
      const ResampledMeans means = resampled_means(columns, users_, options_.resamples, options_.seed);
      const auto tau = [&](const std::vector<double>& row) {
        return statistics::kendall_tau_b(std::span(row).first(count), std::span(row).last(count));
      };
      std::vector<double> taus;
      for (const auto& row : means.resampled) taus.push_back(tau(row).value_or(std::nan("")));
      estimate = percentile_estimate(tau(means.means), taus, options_.confidence, "judges");
      if (!estimate.value) reason = "the systems do not differ";
    }
    estimate.n = count;
    result_.measurements.push_back(measurement_of(
        {kAllSystems, fmt::format("kendall_tau_b({} on {}, deployed_clicks)", full_name(input_.specs.front()), log),
         fmt::format("kendall_tau_b[{}, {}]", label_, log), "all", "", Direction::higher_is_better},
        estimate, reason));
  }

  const Run& run_;
  const ValidityInput& input_;
  SuiteResult& result_;
  FeedbackLoop loop_;
  std::vector<UserId> users_;
  std::vector<size_t> all_;  // positions of the judges
  size_t items_;
  std::string label_;
  statistics::BootstrapOptions options_;
  std::vector<Looped> systems_;
  Figure figure_;
};

}  // namespace

void add_feedback(const Run& run, const ValidityInput& input, SuiteResult& result) {
  if (input.config.feedback_loop.rounds == 0 || input.context.world == nullptr) return;
  Feedback(run, input, result).run();
}

}  // namespace recgauge::suites
