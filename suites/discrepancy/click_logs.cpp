#include "suites/discrepancy/click_logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "harness/statistics/proportions.h"
#include "harness/statistics/resampling.h"
#include "harness/system/error.h"
#include "harness/system/random.h"
#include "suites/discrepancy/click_evidence.h"
#include "suites/discrepancy/report_parts.h"

namespace recgauge::suites {
namespace {

using off_policy::ClickLog;
using off_policy::ClickModelKind;

constexpr size_t kFewestUnits = 100;
constexpr uint64_t kFewestViews = 20;
constexpr size_t kListedItems = 30;

ClickLog log_of(const world::World& world, const Dataset& dataset, size_t lists, size_t length) {
  ClickLog log;
  for (const world::LoggedImpression& impression : world.log_impressions(lists, length)) {
    log.length = impression.items.size();
    for (const uint32_t item : impression.items) {
      log.items.push_back(log.item_names.intern(dataset.item_name(ItemId{item})));
    }
    log.clicks.insert(log.clicks.end(), impression.clicks.begin(), impression.clicks.end());
    log.units.push_back(impression.user);
  }
  return log;
}

// As many lists as wanted, at random, in the order of the log.
void thin(ClickLog& log, size_t most, uint64_t seed) {
  const size_t lists = log.size();
  if (lists <= most) return;
  std::vector<size_t> order(lists);
  std::iota(order.begin(), order.end(), size_t{0});
  RandomStream stream(seed);
  shuffle(order, stream);
  order.resize(most);
  std::sort(order.begin(), order.end());
  for (size_t i = 0; i < most; ++i) {
    const size_t from = order[i] * log.length;
    std::copy_n(log.items.begin() + static_cast<ptrdiff_t>(from), log.length,
                log.items.begin() + static_cast<ptrdiff_t>(i * log.length));
    std::copy_n(log.clicks.begin() + static_cast<ptrdiff_t>(from), log.length,
                log.clicks.begin() + static_cast<ptrdiff_t>(i * log.length));
    if (!log.units.empty()) log.units[i] = log.units[order[i]];
  }
  log.items.resize(most * log.length);
  log.clicks.resize(most * log.length);
  if (!log.units.empty()) log.units.resize(most);
}

// How often an item was shown and clicked, and the mean place (from 1) at which it stood.
struct Raw {
  uint64_t views = 0;
  uint64_t clicks = 0;
  double places = 0.0;
  double rate() const { return static_cast<double>(clicks) / static_cast<double>(views); }
};

std::vector<Raw> raw_of(const ClickLog& log) {
  std::vector<Raw> raw(log.item_names.size());
  for (size_t i = 0; i < log.items.size(); ++i) {
    Raw& item = raw[log.items[i]];
    ++item.views;
    item.clicks += log.clicks[i];
    item.places += static_cast<double>(i % log.length + 1);
  }
  return raw;
}

class ClickLogAssessor {
 public:
  ClickLogAssessor(const ClickLogConfig& log, const DiscrepancyConfig& config, const SuiteContext& context,
                   SuiteResult& result)
      : name_(log.name), system_("clicks " + log.name), result_(result) {
    options_.resamples = config.resamples;
    options_.confidence = config.confidence;
    options_.seed = derive_seed(context.seed, "click bootstrap");
    log_ = load(log, config, context);
    if (log_.length == 0) throw DataError({log.path, 0, 0}, "the log holds no lists");
    thin(log_, log.most_lists, derive_seed(context.seed, "click lists"));
    options_.unit_name = log_.units.empty() ? "lists" : "units of the log";
    for (size_t list = 0; list < log_.size(); ++list) {
      const uint64_t unit = log_.units.empty() ? list : log_.units[list];
      folds_.push_back(
          static_cast<uint8_t>(derive_seed(derive_seed(context.seed, "click folds"), {unit}) % kClickFolds));
    }
    raw_ = raw_of(log_);
  }

  void run() {
    for (const ClickModelKind kind : off_policy::kClickModels) measure(kind);
    plot_examination();
    compare();
  }

 private:
  struct Model {
    std::string name;
    ClickEvidence evidence;
    statistics::Estimate likelihood;
    std::string id;  // of the likelihood
  };

  static ClickLog load(const ClickLogConfig& log, const DiscrepancyConfig& config, const SuiteContext& context) {
    if (log.world_lists == 0) {
      return off_policy::read_click_log(context.find_file(log.path, "suites.discrepancy.click_logs"), log.format);
    }
    if (context.world != nullptr) return log_of(*context.world, *context.dataset, log.world_lists, config.shown);
    throw ConfigError(
        fmt::format("suites.discrepancy.click_logs: '{}' asks for lists of the simulated world, which needs data: "
                    "{{format: world}}; name a path instead",
                    log.name));
  }

  std::string reason_against(ClickModelKind kind) const {
    const std::set<uint64_t> units(log_.units.begin(), log_.units.end());
    const size_t count = log_.units.empty() ? log_.size() : units.size();
    if (count < kFewestUnits) {
      return fmt::format("the log has {} {}, {} are needed", count, options_.unit_name, kFewestUnits);
    }
    if (std::accumulate(log_.clicks.begin(), log_.clicks.end(), uint64_t{0}) == 0) return "nothing was clicked";
    if (kind != ClickModelKind::cascade) return "";
    size_t several = 0;
    for (size_t list = 0; list < log_.size(); ++list) {
      const auto begin = log_.clicks.begin() + static_cast<ptrdiff_t>(list * log_.length);
      several += std::count(begin, begin + static_cast<ptrdiff_t>(log_.length), 1) > 1 ? 1 : 0;
    }
    if (several == 0) return "";
    return fmt::format("the cascade model knows one click a list, {} of {} lists have more", several, log_.size());
  }

  void add(const std::string& metric, const std::string& label, const std::string& slice, const char* unit,
           Direction direction, const statistics::Estimate& estimate, const std::string& reason) {
    result_.measurements.push_back(measurement_of({system_, metric, label, slice, unit, direction}, estimate, reason));
  }

  void measure(ClickModelKind kind) {
    const std::string model(off_policy::name_of(kind));
    const std::string reason = reason_against(kind);
    const std::string likelihood = "click_log_likelihood";
    const std::string perplexity = "click_perplexity";
    const auto named = [&](const std::string& what) { return fmt::format("{}(model={})", what, model); };
    const auto label = [&](const std::string& what) { return fmt::format("{}[{}]", what, model); };
    if (!reason.empty()) {
      add(named(likelihood), label(likelihood), "all", "nats per list", Direction::higher_is_better, {}, reason);
      add(named(perplexity), label(perplexity), "all", "", Direction::lower_is_better, {}, reason);
      return;
    }
    Model fitted{model, click_evidence(kind, log_.sessions(), folds_), {}, ""};
    const statistics::Column column{fitted.evidence.log_likelihood, {}};
    fitted.likelihood = statistics::bootstrap(std::span(&column, 1), log_.units, options_).front();
    add(named(likelihood), label(likelihood), "all", "nats per list", Direction::higher_is_better, fitted.likelihood,
        "");
    fitted.id = result_.measurements.back().id;
    add(named(perplexity), label(perplexity), "all", "", Direction::lower_is_better, perplexity_of(fitted.evidence),
        "");
    for (size_t place = 0; place < log_.length; ++place) {
      add(named("examination"), label("examination"), fmt::format("place={}", place + 1), "", Direction::neutral,
          examination_at(fitted.evidence, place), "");
    }
    add_order(fitted.evidence, named("click_rate_order"), label("click_rate_order"));
    models_.push_back(std::move(fitted));
  }

  // Mean over places of 2^(-mean log2), the expected number of equally likely outcomes that a place is.
  statistics::Estimate perplexity_of(const ClickEvidence& evidence) const {
    std::vector<std::span<const double>> columns(evidence.place_log2.begin(), evidence.place_log2.end());
    const std::vector<double> ones(log_.size(), 1.0);
    columns.emplace_back(ones);
    std::vector<uint64_t> keys = log_.units;
    for (size_t list = keys.size(); list < log_.size(); ++list) keys.push_back(list);
    const auto sums =
        statistics::resampled_sums(columns, keys, options_.resamples, statistics::Weighting::poisson, options_.seed);
    const auto perplexity = [&](std::span<const double> row) {
      double sum = 0.0;
      for (size_t place = 0; place < log_.length; ++place) sum += std::exp2(-row[place] / row[log_.length]);
      return sum / static_cast<double>(log_.length);
    };
    std::vector<double> totals;
    for (const auto& column : columns) totals.push_back(std::accumulate(column.begin(), column.end(), 0.0));
    std::vector<double> resampled;
    for (size_t r = 0; r < options_.resamples; ++r) {
      resampled.push_back(perplexity(std::span(sums).subspan(r * columns.size(), columns.size())));
    }
    auto estimate =
        percentile_estimate(perplexity(totals), std::move(resampled), options_.confidence, options_.unit_name);
    estimate.n = log_.size();
    return estimate;
  }

  statistics::Estimate jackknifed(double value, const std::vector<double>& left_out, uint64_t n) const {
    statistics::Estimate estimate;
    estimate.value = value;
    estimate.interval = statistics::group_jackknife(value, left_out, options_.confidence);
    estimate.n = n;
    return estimate;
  }

  statistics::Estimate examination_at(const ClickEvidence& evidence, size_t place) const {
    std::vector<double> left_out;
    for (const auto& examination : evidence.examination_without) left_out.push_back(examination[place]);
    return jackknifed(evidence.examination[place], left_out, log_.size());
  }

  statistics::Estimate attractiveness_of(const ClickEvidence& evidence, size_t item) const {
    std::vector<double> left_out;
    for (const auto& values : evidence.attractiveness_without) left_out.push_back(values[item]);
    return jackknifed(evidence.attractiveness[item], left_out, raw_[item].views);
  }

  std::vector<size_t> seen_enough() const {
    std::vector<size_t> items;
    for (size_t item = 0; item < raw_.size(); ++item) {
      if (raw_[item].views >= kFewestViews) items.push_back(item);
    }
    return items;
  }

  void add_order(const ClickEvidence& evidence, const std::string& metric, const std::string& label) {
    const std::vector<size_t> items = seen_enough();
    std::vector<double> rates;
    for (const size_t item : items) rates.push_back(raw_[item].rate());
    const auto tau = [&](const std::vector<double>& attractiveness) {
      std::vector<double> values;
      for (const size_t item : items) values.push_back(attractiveness[item]);
      return statistics::kendall_tau_b(rates, values);
    };
    const auto value = tau(evidence.attractiveness);
    if (!value) {
      add(metric, label, "all", "", Direction::higher_is_better, {},
          fmt::format("{} items were shown {} times or more, and differ in clicks; an order needs two", items.size(),
                      kFewestViews));
      return;
    }
    std::vector<double> left_out;
    for (const auto& values : evidence.attractiveness_without) left_out.push_back(tau(values).value_or(*value));
    statistics::Estimate estimate = jackknifed(*value, left_out, items.size());
    if (estimate.interval) estimate.interval->high = std::min(1.0, estimate.interval->high);
    if (estimate.interval) estimate.interval->low = std::max(-1.0, estimate.interval->low);
    add(metric, label, "all", "", Direction::higher_is_better, estimate, "");
  }

  void plot_examination() {
    Figure figure;
    figure.id = "discrepancy/examination-" + name_;
    figure.title = fmt::format("How far down users look, by click model: {}", name_);
    figure.caption =
        "Share of lists whose place is looked at (PBM and UBM: relative to the first place), with delete-a-group "
        "jackknife intervals. Which model to believe: the one with the highest likelihood on lists that it did not "
        "see.";
    figure.kind = "line";
    figure.encoding = {{"x", "place"}, {"y", "examination"}, {"low", "low"}, {"high", "high"}, {"color", "model"}};
    figure.columns = {"place", "model", "examination", "low", "high"};
    for (const Model& model : models_) {
      for (size_t place = 0; place < log_.length; ++place) {
        const auto estimate = examination_at(model.evidence, place);
        figure.rows.push_back({static_cast<double>(place + 1), model.name, cell_of(estimate.value),
                               low_cell(estimate.interval), high_cell(estimate.interval)});
      }
    }
    if (!figure.rows.empty()) result_.figures.push_back(std::move(figure));
  }

  void compare() {
    if (models_.empty()) return;
    std::stable_sort(models_.begin(), models_.end(),
                     [](const Model& a, const Model& b) { return *a.likelihood.value > *b.likelihood.value; });
    list_items(models_.front());
    if (models_.size() < 2) return;
    const Model& best = models_[0];
    const Model& next = models_[1];
    std::vector<double> gain(log_.size());
    for (size_t i = 0; i < gain.size(); ++i) {
      gain[i] = best.evidence.log_likelihood[i] - next.evidence.log_likelihood[i];
    }
    const statistics::Column column{gain, {}};
    const auto estimate = statistics::bootstrap(std::span(&column, 1), log_.units, options_).front();
    const bool certain = estimate.interval && estimate.interval->low > 0;
    Finding finding = finding_of(
        name_ + "-click-model", Severity::info,
        fmt::format("Of the click models {} explains the clicks of '{}' best: {} nats per list more than {}, on lists "
                    "that neither was fitted on.",
                    best.name, name_, with_interval(estimate), next.name));
    if (!certain) finding.status = FindingStatus::not_supported;
    finding.measurements = {best.id, next.id};
    result_.findings.push_back(std::move(finding));
  }

  // Raw against debiased, for the items that are worth most by the model.
  void list_items(const Model& model) {
    std::vector<size_t> items = seen_enough();
    std::stable_sort(items.begin(), items.end(), [&](size_t a, size_t b) {
      return model.evidence.attractiveness[a] > model.evidence.attractiveness[b];
    });
    items.resize(std::min(items.size(), kListedItems));
    Figure figure;
    figure.id = "discrepancy/attractiveness-" + name_;
    figure.title = fmt::format("What items are worth once their places are allowed for: {}", name_);
    figure.caption = fmt::format(
        "The {} most attractive items by {} of those shown {} times or more, with delete-a-group jackknife intervals.",
        items.size(), model.name, kFewestViews);
    figure.kind = "table";
    figure.columns = {"item", "attractiveness", "low", "high", "click rate", "views", "mean place"};
    for (const size_t item : items) {
      const auto estimate = attractiveness_of(model.evidence, item);
      figure.rows.push_back({std::string(log_.item_names.name(static_cast<uint32_t>(item))), cell_of(estimate.value),
                             low_cell(estimate.interval), high_cell(estimate.interval), raw_[item].rate(),
                             static_cast<double>(raw_[item].views),
                             raw_[item].places / static_cast<double>(raw_[item].views)});
    }
    if (!figure.rows.empty()) result_.figures.push_back(std::move(figure));
  }

  std::string name_;
  std::string system_;
  SuiteResult& result_;
  statistics::BootstrapOptions options_;
  ClickLog log_;
  std::vector<uint8_t> folds_;  // by list
  std::vector<Raw> raw_;        // by item
  std::vector<Model> models_;
};

}  // namespace

void check_click_logs(const std::vector<ClickLogConfig>& logs) {
  for (size_t i = 0; i < logs.size(); ++i) {
    const std::string key = fmt::format("suites.discrepancy.click_logs[{}]", i);
    if (logs[i].path.empty() == (logs[i].world_lists == 0)) {
      throw ConfigError(key +
                        " needs either a path or world_lists, the number of lists that the simulated world shows");
    }
    const bool again = std::any_of(logs.begin(), logs.begin() + static_cast<ptrdiff_t>(i),
                                   [&](const ClickLogConfig& other) { return other.name == logs[i].name; });
    if (again) throw ConfigError(fmt::format("{}: the name '{}' is there already", key, logs[i].name));
  }
}

void add_click_log(const ClickLogConfig& log, const DiscrepancyConfig& config, const SuiteContext& context,
                   SuiteResult& result) {
  ClickLogAssessor(log, config, context, result).run();
}

}  // namespace recgauge::suites
