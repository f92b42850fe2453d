#include "reference_models/neural/irgan.h"

#include <algorithm>

namespace recgauge::reference_models {
namespace {

// `count[r]` draws of row r, one after another, from rows of chances; the draws of all rows are made at once.
torch::Tensor draw_by_row(const torch::Tensor& chances, const torch::Tensor& counts) {
  const auto most = counts.max().item<int64_t>();
  const torch::Tensor drawn = torch::multinomial(chances, most, true);
  const torch::Tensor kept = torch::arange(most, counts.options()).unsqueeze(0) < counts.unsqueeze(1);
  return drawn.masked_select(kept);
}

torch::Tensor value_at(const torch::Tensor& rows, const torch::Tensor& row, const torch::Tensor& column) {
  return rows.view(-1).index_select(0, row * rows.size(1) + column);
}

}  // namespace

Factorisation::Factorisation(int64_t users, int64_t items, int64_t width, double initial) {
  const auto uniform = [&](int64_t rows) { return (torch::rand({rows, width}) * 2.0 - 1.0) * initial; };
  user_factors = register_parameter("users", uniform(users));
  item_factors = register_parameter("items", uniform(items));
  item_bias = register_parameter("bias", torch::zeros({items}));
}

torch::Tensor Factorisation::scores(const torch::Tensor& users) const {
  return torch::addmm(item_bias, user_factors.index_select(0, users), item_factors.t());
}

torch::Tensor Factorisation::scores(const torch::Tensor& users, const torch::Tensor& items) const {
  return (user_factors.index_select(0, users) * item_factors.index_select(0, items)).sum(1) +
         item_bias.index_select(0, items);
}

torch::Tensor Factorisation::half_squares(const torch::Tensor& users, const torch::Tensor& items) const {
  const torch::Tensor factors = user_factors.index_select(0, users).square().sum(1) +
                                item_factors.index_select(0, items).square().sum(1) +
                                item_bias.index_select(0, items).square();
  return factors.mean() * 0.5;
}

torch::Tensor policy_loss(const torch::Tensor& log_chances, const torch::Tensor& rewards) {
  return -(log_chances * rewards.detach()).mean();
}

void Irgan::take_data(const Interactions& train) {
  rows_ = bags_of(train);
  users_.clear();
  user_count_ = train.user_count();
  for (uint32_t user = 0; user < user_count_; ++user) {
    if (train.row_size(UserId{user}) > 0) users_.push_back(user);
  }
}

std::shared_ptr<torch::nn::Module> Irgan::make_network() {
  const auto make = [this] {
    return std::make_shared<Factorisation>(static_cast<int64_t>(user_count_), static_cast<int64_t>(item_count()),
                                           static_cast<int64_t>(parameters().whole("dimension")),
                                           parameters().real("initial"));
  };
  root_ = std::make_shared<torch::nn::Module>();
  generator_ = root_->register_module("generator", make());
  discriminator_ = root_->register_module("discriminator", make());
  return root_;
}

IrganPhase Irgan::phase_of(size_t epoch) const {
  const size_t before = parameters().whole("pretrain_epochs");
  if (epoch < before) return IrganPhase::pretraining;
  const size_t discriminating = parameters().whole("discriminator_epochs");
  const size_t in_round = (epoch - before) % (discriminating + parameters().whole("generator_epochs"));
  return in_round < discriminating ? IrganPhase::discriminator : IrganPhase::generator;
}

Irgan::Batch Irgan::batch_of(std::span<const uint32_t> examples) const {
  const BagTensors bags = to_tensors(select(rows_, examples), device());
  std::vector<int64_t> users;
  for (const uint32_t example : examples) users.push_back(users_[example]);
  Batch batch;
  batch.users = to_tensor(users, device());
  batch.pair_rows = bags.rows;
  batch.pair_users = batch.users.index_select(0, bags.rows);
  batch.pair_items = bags.items;
  batch.counts = bags.counts.to(torch::kInt64);
  batch.seen = to_dense(bags, static_cast<int64_t>(item_count())).to(torch::kBool);
  return batch;
}

torch::Tensor Irgan::loss(std::span<const uint32_t> examples, const TrainingStep& step) {
  const size_t size = parameters().whole("batch_size");
  const Batch batch = batch_of(examples);
  switch (phase_of(step.number / ((rows_.size() + size - 1) / size))) {
    case IrganPhase::pretraining:
      return pretraining_loss(batch);
    case IrganPhase::discriminator:
      return discriminator_loss(batch);
    case IrganPhase::generator:
      break;
  }
  return generator_loss(batch);
}

// Dynamic negative sampling (Zhang et al. 2013): of some unseen items, that with the highest score.
torch::Tensor Irgan::pretraining_loss(const Batch& batch) {
  const auto draws = static_cast<int64_t>(parameters().whole("pretrain_draws"));
  torch::Tensor negative;
  {
    const torch::NoGradGuard no_gradients;
    const torch::Tensor unseen = batch.seen.logical_not().to(torch::kFloat32).clamp_min(1e-12);
    const torch::Tensor offered = draw_by_row(unseen, batch.counts * draws).view({-1, draws});
    const torch::Tensor scores = generator_->scores(batch.users);
    const torch::Tensor rows = batch.pair_rows.unsqueeze(1).expand({-1, draws}).reshape(-1);
    const torch::Tensor best = value_at(scores, rows, offered.reshape(-1)).view({-1, draws}).argmax(1);
    negative = offered.gather(1, best.unsqueeze(1)).squeeze(1);
  }
  const torch::Tensor margin =
      generator_->scores(batch.pair_users, batch.pair_items) - generator_->scores(batch.pair_users, negative);
  const torch::Tensor squares = generator_->half_squares(batch.pair_users, batch.pair_items) +
                                generator_->half_squares(batch.pair_users, negative);
  return -torch::log_sigmoid(margin).mean() + squares * parameters().real("pretrain_l2");
}

torch::Tensor Irgan::discriminator_loss(const Batch& batch) {
  torch::Tensor drawn;
  {
    const torch::NoGradGuard no_gradients;
    const torch::Tensor scores = generator_->scores(batch.users) / parameters().real("temperature");
    drawn = draw_by_row(torch::softmax(scores, 1), batch.counts);
  }
  const torch::Tensor real = torch::log_sigmoid(discriminator_->scores(batch.pair_users, batch.pair_items));
  const torch::Tensor made = torch::log_sigmoid(-discriminator_->scores(batch.pair_users, drawn));
  const torch::Tensor squares = discriminator_->half_squares(batch.pair_users, batch.pair_items) +
                                discriminator_->half_squares(batch.pair_users, drawn);
  return -(real + made).mean() + squares * parameters().real("discriminator_l2");
}

// Draws come in part from the user's items, so that these are met at all; the weights of importance sampling undo it.
torch::Tensor Irgan::generator_loss(const Batch& batch) {
  const double share = parameters().real("positive_share");
  const torch::Tensor log_chances = torch::log_softmax(generator_->scores(batch.users), 1);
  const torch::Tensor chances = log_chances.detach().exp();
  const torch::Tensor own = batch.seen.to(torch::kFloat32) / batch.counts.to(torch::kFloat32).unsqueeze(1);
  const torch::Tensor drawn_by = chances * (1.0 - share) + own * share;
  const torch::Tensor drawn = draw_by_row(drawn_by, batch.counts * 2);
  const torch::Tensor rows = torch::repeat_interleave(batch.counts * 2);
  const torch::Tensor users = batch.users.index_select(0, rows);
  const torch::Tensor liking = torch::sigmoid(discriminator_->scores(users, drawn)).detach();
  const torch::Tensor rewards = (liking - 0.5) * 2.0 * value_at(chances, rows, drawn) / value_at(drawn_by, rows, drawn);
  torch::Tensor loss = policy_loss(value_at(log_chances, rows, drawn), rewards);
  const double l2 = parameters().real("generator_l2");
  return l2 > 0 ? loss + generator_->half_squares(users, drawn) * l2 : loss;
}

void Irgan::publish() {
  const torch::NoGradGuard no_gradients;
  user_factors_ = to_factors(generator_->user_factors);
  item_factors_ = to_factors(generator_->item_factors);
  item_bias_ = to_factors(generator_->item_bias.unsqueeze(0)).values;
}

std::unique_ptr<ScoredBlock> Irgan::prepare(std::span<const Request> requests) const {
  const size_t width = item_factors_.dimension;
  FactorMatrix factors{requests.size(), width, std::vector<float>(requests.size() * width)};
  for (size_t i = 0; i < requests.size(); ++i) {
    const size_t user = index(requests[i].user);
    if (!std::binary_search(users_.begin(), users_.end(), static_cast<uint32_t>(user))) continue;
    std::copy_n(user_factors_.row(user), width, factors.row(i));
  }
  return std::make_unique<FactorBlock>(std::move(factors), item_factors_, item_bias_);
}

}  // namespace recgauge::reference_models
