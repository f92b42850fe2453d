#include "reference_models/neural/neural_model.h"

#include <cblas.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "harness/system/error.h"
#include "harness/system/random.h"
#include "harness/system/whole_file.h"

namespace recgauge::reference_models {
namespace {

// Of what is stored and of how training goes: a change of either must not take up an old checkpoint.
constexpr const char* kTrainingVersion = "1";

void use_threads(int count) {
  at::set_num_threads(count);
  openblas_set_num_threads(count);
}

torch::Device device_of(const ModelParameters& parameters) {
  if (parameters.choice("device") == "cpu") return torch::kCPU;
  if (torch::cuda::is_available()) return torch::kCUDA;
  throw ConfigError("device: this machine's libtorch has no CUDA device; use device: cpu");
}

// The folder is made by who trains; a name that says what it is of helps to tidy up.
std::string checkpoint_file(const std::string& folder, const std::string& kind, const std::string& identity) {
  if (folder.empty()) return "";
  return (std::filesystem::path(folder) / fmt::format("{}-{}.checkpoint", kind, identity.substr(0, 16))).string();
}

// A file is what stands in it, wherever it lies.
ParameterValues shown_parameters(const ModelKind& kind, const ModelParameters& parameters) {
  ParameterValues shown = parameters.all();
  for (const ParameterSpec& spec : kind.parameters) {
    std::string& value = shown.at(spec.name);
    if (spec.type != ParameterSpec::Type::file || value.empty()) continue;
    value = fmt::format("{} (sha256 {})", std::filesystem::path(value).filename().string(), sha256_of_file(value));
  }
  return shown;
}

}  // namespace

NeuralModel::NeuralModel(const ModelKind& kind, ModelParameters parameters)
    : kind_(kind),
      parameters_(std::move(parameters)),
      shown_(shown_parameters(kind_, parameters_)),
      device_(device_of(parameters_)) {}

RecommenderInfo NeuralModel::info() const {
  return {kind_.name, kind_.name, kind_.description, kind_.reference, shown_};
}

std::string NeuralModel::identity(const Interactions& train, const Interactions* validation, uint64_t seed) const {
  std::string text = fmt::format("{} {} {} {}", kTrainingVersion, kind_.name, seed, train.content_hash());
  if (validation != nullptr) text += " " + validation->content_hash();
  for (const auto& [name, value] : shown_) text += fmt::format(" {}={}", name, value);
  return sha256_hex(text);
}

void NeuralModel::fit(const TrainingData& data) {
  const size_t most = parameters_.whole("validation_users");
  const bool validates = most > 0;
  const bool given = validates && data.validation != nullptr && !data.validation->empty();
  HeldOut held_out;
  if (validates && !given) held_out = hold_out_last(*data.interactions, most, derive_seed(data.seed, "hold out"));
  const Interactions& train = validates && !given ? held_out.train : *data.interactions;
  const Interactions& answers = given ? *data.validation : held_out.validation;
  const Validation validation(train, answers, most, derive_seed(data.seed, "validation"));

  use_threads(static_cast<int>(parameters_.whole("compute_threads")));
  item_count_ = train.item_count();
  take_data(train);
  take_catalogue(data.dataset, derive_seed(data.seed, "catalogue"));
  torch::manual_seed(derive_seed(data.seed, "initial weights"));
  network_ = make_network();
  network_->to(device_);
  validation_ = validates && !validation.empty() ? &validation : nullptr;
  const std::string id = identity(*data.interactions, data.validation, data.seed);
  TrainingLoop loop(*this, training_options(parameters_),
                    {data.seed, data.progress, data.stop, checkpoint_file(data.checkpoints, kind_.name, id), id});
  const bool finished = loop.run();
  training_ = loop.state();
  validation_ = nullptr;
  network_->to(torch::kCPU);
  if (finished) publish();
  use_one_thread();
}

std::optional<double> NeuralModel::validate() {
  if (validation_ == nullptr) return std::nullopt;
  network_->to(torch::kCPU);
  publish();
  use_one_thread();
  const double value = validation_->ndcg(*this);
  use_threads(static_cast<int>(parameters_.whole("compute_threads")));
  network_->to(device_);
  return value;
}

void use_one_thread() {
  if (at::get_num_threads() != 1) at::set_num_threads(1);  // makes a pool anew, even of the same size
  if (openblas_get_num_threads() != 1) openblas_set_num_threads(1);
}

FactorMatrix to_factors(const torch::Tensor& matrix) {
  const torch::Tensor dense = matrix.detach().to(torch::kCPU).contiguous();
  const float* values = dense.data_ptr<float>();
  return {static_cast<size_t>(dense.size(0)), static_cast<size_t>(dense.size(1)),
          std::vector<float>(values, values + dense.numel())};
}

torch::Tensor to_tensor(const std::vector<int64_t>& values, const torch::Device& device) {
  return torch::tensor(values, torch::kInt64).to(device);
}

torch::Tensor to_tensor(const std::vector<float>& values, const torch::Device& device) {
  return torch::tensor(values, torch::kFloat32).to(device);
}

}  // namespace recgauge::reference_models
