#include "reference_models/neural/auto_encoder.h"

#include <algorithm>

#include "reference_models/neural/softmax_loss.h"

namespace recgauge::reference_models {

AutoEncoderNetwork::AutoEncoderNetwork(const Shape& shape) : shape_(shape) {
  const int64_t codes = shape.variational ? 2 * shape.latent : shape.latent;
  const bool deep = shape.hidden > 0;
  const int64_t width = deep ? shape.hidden : shape.latent;
  input_weight_ = dense_layer("input_weight", shape.items, deep ? width : codes);
  input_bias_ = dense_layer("input_bias", 0, deep ? width : codes);
  if (deep) {
    code_weight_ = dense_layer("code_weight", width, codes);
    code_bias_ = dense_layer("code_bias", 0, codes);
    decoder_weight_ = dense_layer("decoder_weight", shape.latent, width);
    decoder_bias_ = dense_layer("decoder_bias", 0, width);
  }
  output_weight_ = dense_layer("output_weight", shape.items, width);
  output_bias_ = dense_layer("output_bias", 0, shape.items);
}

// Weights by Glorot & Bengio 2010, uniform; biases normal with deviation 0.001, cut at two deviations.
torch::Tensor AutoEncoderNetwork::dense_layer(const std::string& name, int64_t inputs, int64_t outputs) {
  if (inputs == 0) {
    const torch::Tensor bias = torch::randn({outputs}).mul_(0.001).clamp_(-0.002, 0.002);
    return register_parameter(name, bias);
  }
  torch::Tensor weight = torch::empty({inputs, outputs});
  torch::nn::init::xavier_uniform_(weight);
  return register_parameter(name, weight);
}

AutoEncoderNetwork::Output AutoEncoderNetwork::encode(const BagTensors& bags) {
  const torch::Tensor scale = bags.counts.clamp_min(1.0).rsqrt();
  torch::Tensor shares = scale.index_select(0, bags.rows);
  if (shape_.dropout > 0) shares = torch::dropout(shares, shape_.dropout, is_training());
  torch::Tensor layer =
      std::get<0>(torch::embedding_bag(input_weight_, bags.items, bags.offsets, false, 0, false, shares)) + input_bias_;
  if (shape_.hidden > 0) layer = torch::addmm(code_bias_, torch::tanh(layer), code_weight_);
  torch::Tensor divergence = torch::zeros({}, layer.options());
  torch::Tensor code;
  if (shape_.variational) {
    const torch::Tensor mean = layer.narrow(1, 0, shape_.latent);
    const torch::Tensor log_variance = layer.narrow(1, shape_.latent, shape_.latent);
    divergence = (log_variance.exp() + mean * mean - 1.0 - log_variance).sum(1).mean() * 0.5;
    code = is_training() ? mean + torch::exp(log_variance * 0.5) * torch::randn_like(mean) : mean;
  } else {
    code = torch::tanh(layer);
  }
  if (shape_.hidden > 0) code = torch::tanh(torch::addmm(decoder_bias_, code, decoder_weight_));
  return {code, divergence};
}

torch::Tensor AutoEncoderNetwork::logits(const torch::Tensor& last_hidden) const {
  return torch::addmm(output_bias_, last_hidden, output_weight_.t());
}

torch::Tensor AutoEncoderNetwork::squared_weights() const {
  torch::Tensor sum = input_weight_.square().sum() + output_weight_.square().sum();
  if (shape_.hidden > 0) sum = sum + code_weight_.square().sum() + decoder_weight_.square().sum();
  return sum;
}

AutoEncoder::AutoEncoder(const ModelKind& kind, const ModelParameters& parameters)
    : NeuralModel(kind, parameters), variational_(kind.name == "mult_vae") {}

void AutoEncoder::take_data(const Interactions& train) { rows_ = bags_of(train); }

std::shared_ptr<torch::nn::Module> AutoEncoder::make_network() {
  AutoEncoderNetwork::Shape shape;
  shape.items = static_cast<int64_t>(item_count());
  shape.hidden = static_cast<int64_t>(parameters().whole("hidden"));
  shape.latent = static_cast<int64_t>(parameters().whole("latent"));
  shape.dropout = parameters().real("dropout");
  shape.variational = variational_;
  auto_encoder_ = std::make_shared<AutoEncoderNetwork>(shape);
  return auto_encoder_;
}

double divergence_weight(const ModelParameters& parameters, size_t step) {
  const double cap = parameters.real("anneal_cap");
  const auto steps = static_cast<double>(parameters.whole("anneal_steps"));
  return steps > 0 ? std::min(cap, static_cast<double>(step) / steps) : cap;
}

torch::Tensor AutoEncoder::loss(std::span<const uint32_t> examples, const TrainingStep& step) {
  const BagTensors bags = to_tensors(select(rows_, examples), device());
  const AutoEncoderNetwork::Output output = auto_encoder_->encode(bags);
  torch::Tensor loss = softmax_loss(auto_encoder_->logits(output.last_hidden), bags.rows, bags.items, bags.counts);
  if (variational_) loss = loss + output.divergence * divergence_weight(parameters(), step.number);
  if (const double l2 = parameters().real("l2"); l2 > 0) loss = loss + auto_encoder_->squared_weights() * l2;
  return loss;
}

void AutoEncoder::publish() {
  output_ = to_factors(auto_encoder_->output_weight());
  const FactorMatrix bias = to_factors(auto_encoder_->output_bias().unsqueeze(0));
  output_bias_ = bias.values;
}

std::unique_ptr<ScoredBlock> AutoEncoder::prepare(std::span<const Request> requests) const {
  use_one_thread();
  const torch::NoGradGuard no_gradients;
  const BagTensors bags = to_tensors(bags_of(requests), torch::kCPU);
  return std::make_unique<FactorBlock>(to_factors(auto_encoder_->encode(bags).last_hidden), output_, output_bias_);
}

}  // namespace recgauge::reference_models
