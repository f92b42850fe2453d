#include "reference_models/defences/trimmed_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/data/selection.h"
#include "harness/system/random.h"

namespace recgauge::reference_models {
namespace {

using detection::Detector;
using Type = ParameterSpec::Type;

constexpr const char* kDetectorKey = "trim_detector";
constexpr const char* kQuantileKey = "trim_quantile";
constexpr const char* kNone = "none";

std::vector<std::string> detector_names() {
  std::vector<std::string> names{kNone};
  for (const Detector detector : detection::kDetectors) names.emplace_back(to_string(detector));
  return names;
}

// The smallest value that at least the share `quantile` does not exceed.
double quantile_of(std::vector<double> values, double quantile) {
  const auto place = static_cast<size_t>(std::ceil(quantile * static_cast<double>(values.size())));
  const size_t rank = std::min(values.size(), std::max<size_t>(1, place)) - 1;
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(rank), values.end());
  return values[rank];
}

}  // namespace

TrimmedTraining::TrimmedTraining(std::unique_ptr<ScoreModel> model, Detector detector, double quantile)
    : model_(std::move(model)), detector_(detector), quantile_(quantile) {}

RecommenderInfo TrimmedTraining::info() const {
  RecommenderInfo info = model_->info();
  info.parameters[kDetectorKey] = to_string(detector_);
  info.parameters[kQuantileKey] = fmt::format("{}", quantile_);
  return info;
}

void TrimmedTraining::fit(const TrainingData& data) {
  const Interactions& all = *data.interactions;
  kept_ = without_users(all, suspects(all, detector_, quantile_, derive_seed(data.seed, "detector")));
  TrainingData trimmed = data;
  trimmed.interactions = &kept_;
  model_->fit(trimmed);
}

std::vector<UserId> suspects(const Interactions& population, Detector detector, double quantile, uint64_t seed) {
  std::vector<UserId> active;
  for (uint32_t user = 0; user < population.user_count(); ++user) {
    if (population.row_size(UserId{user}) > 0) active.push_back(UserId{user});
  }
  if (active.empty()) return {};
  const std::vector<double> scores = detection::suspicion(detector, population, active, seed);
  const double most = quantile_of(scores, quantile);
  std::vector<UserId> found;
  for (size_t i = 0; i < active.size(); ++i) {
    if (scores[i] > most) found.push_back(active[i]);
  }
  return found;
}

std::span<const ParameterSpec> trim_parameters() {
  static const std::vector<ParameterSpec> kParameters{
      {kDetectorKey, Type::choice, kNone, 0, 0, detector_names(),
       "robust training: users whom this detector suspects are left out of it"},
      {kQuantileKey,
       Type::real,
       "0.95",
       0.5,
       1,
       {},
       "robust training: users above this quantile of suspicion are left out"}};
  return kParameters;
}

ModelKind with_trimming(ModelKind kind) {
  kind.parameters.insert(kind.parameters.end(), trim_parameters().begin(), trim_parameters().end());
  return kind;
}

std::unique_ptr<ScoreModel> make_trimmed(
    const ParameterValues& parameters, const std::function<std::unique_ptr<ScoreModel>(const ParameterValues&)>& make) {
  ParameterValues own = parameters;
  ParameterValues given;
  for (const ParameterSpec& spec : trim_parameters()) {
    if (auto node = own.extract(spec.name)) given.insert(std::move(node));
  }
  const ModelParameters values(with_trimming({"robust training", "", "", {}}), given);
  const std::optional<Detector> detector = detection::detector_of(values.choice(kDetectorKey));
  std::unique_ptr<ScoreModel> model = make(own);
  if (!detector) return model;
  return std::make_unique<TrimmedTraining>(std::move(model), *detector, values.real(kQuantileKey));
}

}  // namespace recgauge::reference_models
