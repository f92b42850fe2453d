#include "reference_models/neural/gru4rec.h"

#include <fmt/format.h>

#include "harness/system/random.h"
#include "reference_models/neural/softmax_loss.h"

namespace recgauge::reference_models {

Gru4RecNetwork::Gru4RecNetwork(int64_t items, int64_t width, int64_t layers, double dropout)
    : layers_(layers), dropout_(dropout) {
  const auto weight = [this](const std::string& name, int64_t rows, int64_t columns) {
    torch::Tensor values = torch::empty({rows, columns});
    torch::nn::init::xavier_uniform_(values);
    return register_parameter(name, values);
  };
  items_ = weight("items", items, width);
  bias_ = register_parameter("bias", torch::zeros({items}));
  for (int64_t layer = 0; layer < layers; ++layer) {
    recurrent_.push_back(weight(fmt::format("input{}", layer), 3 * width, width));
    recurrent_.push_back(weight(fmt::format("state{}", layer), 3 * width, width));
    recurrent_.push_back(register_parameter(fmt::format("input_bias{}", layer), torch::zeros({3 * width})));
    recurrent_.push_back(register_parameter(fmt::format("state_bias{}", layer), torch::zeros({3 * width})));
  }
}

torch::Tensor Gru4RecNetwork::forward(const SequenceBatch& batch) {
  const torch::Tensor input = torch::dropout(torch::embedding(items_, batch.items), dropout_, is_training());
  const torch::Tensor start = torch::zeros({layers_, batch.rows, items_.size(1)}, input.options().requires_grad(false));
  const auto [padded, end] = torch::gru(pad(input, batch), start, recurrent_, true, layers_,
                                        layers_ > 1 ? dropout_ : 0.0, is_training(), false, true);
  return torch::dropout(unpad(padded, batch), dropout_, is_training());
}

void Gru4Rec::take_data(const Interactions& train) {
  SequenceModel::take_data(train);
  draw_ = std::make_unique<PopularityDraw>(train.item_counts(), parameters().real("sample_exponent"));
}

std::shared_ptr<torch::nn::Module> Gru4Rec::make_network() {
  const auto whole = [this](const char* name) { return static_cast<int64_t>(parameters().whole(name)); };
  gru_ = std::make_shared<Gru4RecNetwork>(static_cast<int64_t>(item_count()), whole("dimension"), whole("layers"),
                                          parameters().real("dropout"));
  return gru_;
}

torch::Tensor Gru4Rec::loss(std::span<const uint32_t> examples, const TrainingStep& step) {
  const NextItems next = next_items(sequences(), examples, device());
  const torch::Tensor states = gru_->forward(next.batch);
  if (parameters().choice("loss") == "ce") {
    return softmax_loss(torch::addmm(gru_->bias(), states, gru_->items().t()), next.targets);
  }
  const torch::Tensor negatives =
      to_tensor(draw_->draw(parameters().whole("negatives"), derive_seed(step.seed, "negatives")), device());
  const torch::Tensor scores =
      torch::addmm(gru_->bias().index_select(0, negatives), states, torch::embedding(gru_->items(), negatives).t());
  const torch::Tensor positive =
      (states * torch::embedding(gru_->items(), next.targets)).sum(1) + gru_->bias().index_select(0, next.targets);
  return bpr_max_loss(positive, scores, negatives.unsqueeze(0) != next.targets.unsqueeze(1),
                      parameters().real("bpr_regularisation"));
}

}  // namespace recgauge::reference_models
