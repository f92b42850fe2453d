#include "reference_models/neural/sequence_model.h"

#include <algorithm>

namespace recgauge::reference_models {

void SequenceModel::take_data(const Interactions& train) {
  sequences_ = sequences_of(train, example_length(), least_items());
}

void SequenceModel::publish() {
  const torch::NoGradGuard no_gradients;
  items_ = to_factors(item_table().narrow(0, 0, static_cast<int64_t>(item_count())));
  const torch::Tensor bias = item_bias();
  bias_ = bias.defined() ? to_factors(bias.unsqueeze(0)).values : std::vector<float>();
}

std::vector<int64_t> SequenceModel::question(std::span<const ItemId> history) const {
  return last_items(history, length());
}

std::unique_ptr<ScoredBlock> SequenceModel::prepare(std::span<const Request> requests) const {
  use_one_thread();
  const torch::NoGradGuard no_gradients;
  std::vector<std::vector<int64_t>> questions;
  std::vector<std::span<const int64_t>> times;
  std::vector<size_t> asked;
  for (size_t i = 0; i < requests.size(); ++i) {
    if (requests[i].history.empty()) continue;
    questions.push_back(question(requests[i].history));
    const std::span<const int64_t> known = requests[i].history_times;
    times.push_back(known.last(std::min(known.size(), questions.back().size())));
    asked.push_back(i);
  }
  FactorMatrix states_of_requests{requests.size(), items_.dimension,
                                  std::vector<float>(requests.size() * items_.dimension)};
  if (!asked.empty()) {
    SequenceBatch batch = make_batch({questions.begin(), questions.end()}, torch::kCPU);
    if (uses_times()) set_times(batch, times, torch::kCPU);
    const FactorMatrix known = to_factors(states(batch).index_select(0, batch.last));
    for (size_t i = 0; i < asked.size(); ++i) {
      std::copy_n(known.row(i), known.dimension, states_of_requests.row(asked[i]));
    }
  }
  return std::make_unique<FactorBlock>(std::move(states_of_requests), items_, bias_);
}

NextItems next_items(const Sequences& sequences, std::span<const uint32_t> examples, const torch::Device& device) {
  NextItems next;
  std::vector<std::span<const int64_t>> inputs;
  std::vector<std::span<const int64_t>> times;
  std::vector<int64_t> targets;
  for (const uint32_t example : examples) {
    const std::span<const int64_t> row = sequences.row(example);
    next.rows.push_back(row);
    next.positions.push_back(row.size() - 1);
    inputs.push_back(row.first(row.size() - 1));
    times.push_back(sequences.row_times(example).first(row.size() - 1));
    targets.insert(targets.end(), row.begin() + 1, row.end());
  }
  next.batch = make_batch(inputs, device);
  set_times(next.batch, times, device);
  next.targets = to_tensor(targets, device);
  return next;
}

}  // namespace recgauge::reference_models
