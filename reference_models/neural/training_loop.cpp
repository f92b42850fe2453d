#include "reference_models/neural/training_loop.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <numeric>

#include "harness/system/error.h"
#include "harness/system/random.h"
#include "reference_models/neural/network_state.h"

namespace recgauge::reference_models {
namespace {

constexpr double kSecondsBetweenStores = 20.0;

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::vector<uint32_t> shuffled(size_t count, uint64_t seed) {
  std::vector<uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  RandomStream stream(seed);
  shuffle(order, stream);
  return order;
}

size_t whole_fact(const Checkpoint& checkpoint, const std::string& name) {
  const std::string& text = checkpoint.fact(name);
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) {
    throw DataError(fmt::format("the checkpoint's '{}' is no whole number; remove it to train anew", name));
  }
  return std::stoull(text);
}

}  // namespace

TrainingOptions training_options(const ModelParameters& parameters) {
  TrainingOptions options;
  options.epochs = parameters.whole("epochs");
  options.batch_size = parameters.whole("batch_size");
  options.learning_rate = parameters.real("learning_rate");
  options.schedule = parameters.choice("learning_rate_schedule") == "cosine" ? LearningRateSchedule::cosine
                                                                             : LearningRateSchedule::constant;
  options.warmup_steps = parameters.whole("warmup_steps");
  options.weight_decay = parameters.real("weight_decay");
  options.gradient_clip = parameters.real("gradient_clip");
  options.patience = parameters.whole("patience");
  options.validate_every = parameters.whole("validate_every");
  return options;
}

double learning_rate_at(const TrainingOptions& options, size_t step, size_t total) {
  if (step < options.warmup_steps) {
    return options.learning_rate * static_cast<double>(step + 1) / static_cast<double>(options.warmup_steps);
  }
  if (options.schedule == LearningRateSchedule::constant || total <= options.warmup_steps) return options.learning_rate;
  const double share =
      static_cast<double>(step - options.warmup_steps) / static_cast<double>(total - options.warmup_steps);
  return options.learning_rate * 0.5 * (1.0 + std::cos(std::numbers::pi * std::min(share, 1.0)));
}

TrainingLoop::TrainingLoop(Trainee& trainee, const TrainingOptions& options, TrainingContext context)
    : trainee_(trainee),
      options_(options),
      context_(std::move(context)),
      optimiser_(trainee.network().parameters(), options.weight_decay),
      last_stored_(seconds_now()) {}

size_t TrainingLoop::steps_per_epoch() const {
  return (trainee_.example_count() + options_.batch_size - 1) / options_.batch_size;
}

bool TrainingLoop::run() {
  if (!context_.checkpoint.empty() && std::filesystem::exists(context_.checkpoint)) resume();
  const bool loaded = state_.finished;
  if (context_.progress != nullptr) context_.progress->expect(options_.epochs * steps_per_epoch());
  while (!state_.finished) {
    if (!finish_epoch()) return false;
    if (state_.epoch % options_.validate_every == 0 || state_.epoch == options_.epochs) validate();
    state_.finished = state_.epoch >= options_.epochs || ends_early();
  }
  if (!loaded) store(true);
  restore_best();
  trainee_.network().eval();
  return true;
}

bool TrainingLoop::finish_epoch() {
  trainee_.network().train();
  const std::vector<uint32_t> order =
      shuffled(trainee_.example_count(), derive_seed(derive_seed(context_.seed, "order"), {state_.epoch}));
  while (state_.step < steps_per_epoch()) {
    if (context_.stop.stop_requested()) {
      store(true);
      return false;
    }
    const size_t begin = state_.step * options_.batch_size;
    take_step(std::span(order).subspan(begin, std::min(options_.batch_size, order.size() - begin)));
    ++state_.step;
    if (context_.progress != nullptr) context_.progress->advance(state_.epoch * steps_per_epoch() + state_.step);
    store(false);
  }
  state_.step = 0;
  ++state_.epoch;
  return true;
}

void TrainingLoop::take_step(std::span<const uint32_t> examples) {
  const size_t number = state_.epoch * steps_per_epoch() + state_.step;
  const uint64_t seed = derive_seed(derive_seed(context_.seed, "step"), {number});
  torch::manual_seed(derive_seed(seed, "libtorch"));
  optimiser_.zero_gradients();
  const torch::Tensor loss = trainee_.loss(examples, {seed, number});
  if (!std::isfinite(loss.item<float>())) {
    throw ConfigError(fmt::format(
        "training diverged in epoch {}: its loss is no longer a number; lower learning_rate or set gradient_clip",
        state_.epoch + 1));
  }
  loss.backward();
  if (options_.gradient_clip > 0) torch::nn::utils::clip_grad_norm_(optimiser_.parameters(), options_.gradient_clip);
  optimiser_.step(learning_rate_at(options_, number, options_.epochs * steps_per_epoch()));
}

void TrainingLoop::validate() {
  trainee_.network().eval();
  const std::optional<double> value = trainee_.validate();
  if (!value) return;
  if (*value > state_.best_value) {
    state_.best_value = *value;
    state_.best_epoch = state_.epoch;
    state_.validations_since_best = 0;
    keep_best();
  } else {
    ++state_.validations_since_best;
  }
}

bool TrainingLoop::ends_early() const {
  return options_.patience > 0 && state_.best_epoch > 0 && state_.validations_since_best >= options_.patience;
}

void TrainingLoop::keep_best() {
  best_.clear();
  for (const auto& [name, tensor] : named_state(trainee_.network())) best_.push_back(tensor.clone());
}

void TrainingLoop::restore_best() {
  if (best_.empty()) return;
  const torch::NoGradGuard no_gradients;
  const std::vector<NamedTensor> state = named_state(trainee_.network());
  for (size_t i = 0; i < state.size(); ++i) torch::Tensor(state[i].second).copy_(best_[i]);
}

// A finished training needs its best weights alone.
void TrainingLoop::store(bool must) {
  if (context_.checkpoint.empty() || (!must && seconds_now() - last_stored_ < kSecondsBetweenStores)) return;
  Checkpoint checkpoint;
  checkpoint.facts = {{"identity", context_.identity},
                      {"epoch", std::to_string(state_.epoch)},
                      {"step", std::to_string(state_.step)},
                      {"best_epoch", std::to_string(state_.best_epoch)},
                      {"best_value", fmt::format("{:a}", state_.best_value)},
                      {"validations_since_best", std::to_string(state_.validations_since_best)},
                      {"finished", state_.finished ? "1" : "0"},
                      {"optimiser_steps", std::to_string(optimiser_.steps())}};
  const std::vector<NamedTensor> state = named_state(trainee_.network());
  for (size_t i = 0; i < state.size(); ++i) {
    if (!best_.empty()) checkpoint.arrays.push_back(to_array("best/" + state[i].first, best_[i]));
    if (!state_.finished || best_.empty()) {
      checkpoint.arrays.push_back(to_array("state/" + state[i].first, state[i].second));
    }
  }
  for (size_t i = 0; i < optimiser_.parameters().size() && !state_.finished; ++i) {
    checkpoint.arrays.push_back(to_array(fmt::format("first/{}", i), optimiser_.first_moments()[i]));
    checkpoint.arrays.push_back(to_array(fmt::format("second/{}", i), optimiser_.second_moments()[i]));
  }
  write_checkpoint(context_.checkpoint, checkpoint);
  last_stored_ = seconds_now();
}

void TrainingLoop::resume() {
  const Checkpoint checkpoint = read_checkpoint(context_.checkpoint);
  if (checkpoint.fact("identity") != context_.identity) {
    throw DataError(fmt::format("{} is of another model, other parameters or other data; remove it to train anew",
                                context_.checkpoint));
  }
  state_.epoch = whole_fact(checkpoint, "epoch");
  state_.step = whole_fact(checkpoint, "step");
  state_.best_epoch = whole_fact(checkpoint, "best_epoch");
  state_.best_value = std::strtod(checkpoint.fact("best_value").c_str(), nullptr);
  state_.validations_since_best = whole_fact(checkpoint, "validations_since_best");
  state_.finished = whole_fact(checkpoint, "finished") == 1;
  optimiser_.set_steps(static_cast<int64_t>(whole_fact(checkpoint, "optimiser_steps")));
  const std::vector<NamedTensor> state = named_state(trainee_.network());
  if (state_.best_epoch > 0) {
    keep_best();
    for (size_t i = 0; i < state.size(); ++i) copy_into(checkpoint.array("best/" + state[i].first), best_[i]);
  }
  if (state_.finished && !best_.empty()) return;
  for (const auto& [name, tensor] : state) copy_into(checkpoint.array("state/" + name), tensor);
  for (size_t i = 0; i < optimiser_.parameters().size() && !state_.finished; ++i) {
    copy_into(checkpoint.array(fmt::format("first/{}", i)), optimiser_.first_moments()[i]);
    copy_into(checkpoint.array(fmt::format("second/{}", i)), optimiser_.second_moments()[i]);
  }
}

}  // namespace recgauge::reference_models
