#include "reference_models/neural/semantic_ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "harness/system/random.h"
#include "reference_models/neural/item_clusters.h"

namespace recgauge::reference_models {
namespace {

constexpr double kCommitment = 0.25;

}  // namespace

RqVae::RqVae(int64_t input, int64_t hidden, int64_t latent, int64_t levels, int64_t codes) {
  const auto weight = [this](const char* name, int64_t outputs, int64_t inputs) {
    torch::Tensor values = torch::empty({outputs, inputs});
    torch::nn::init::xavier_uniform_(values);
    return register_parameter(name, values);
  };
  const auto bias = [this](const char* name, int64_t outputs) {
    return register_parameter(name, torch::zeros({outputs}));
  };
  first_weight_ = weight("first_weight", hidden, input);
  first_bias_ = bias("first_bias", hidden);
  last_weight_ = weight("last_weight", latent, hidden);
  last_bias_ = bias("last_bias", latent);
  back_weight_ = weight("back_weight", hidden, latent);
  back_bias_ = bias("back_bias", hidden);
  output_weight_ = weight("output_weight", input, hidden);
  output_bias_ = bias("output_bias", input);
  for (int64_t level = 0; level < levels; ++level) {
    codebooks_.push_back(register_parameter(fmt::format("codebook{}", level), torch::zeros({codes, latent})));
  }
}

torch::Tensor RqVae::encode(const torch::Tensor& vectors) const {
  const torch::Tensor hidden = torch::relu(torch::addmm(first_bias_, vectors, first_weight_.t()));
  return torch::addmm(last_bias_, hidden, last_weight_.t());
}

RqVae::Quantised RqVae::quantise(const torch::Tensor& latent) const {
  torch::Tensor rest = latent;
  torch::Tensor sum = torch::zeros_like(latent);
  torch::Tensor pull = torch::zeros({}, latent.options());
  std::vector<torch::Tensor> codes;
  for (const torch::Tensor& codebook : codebooks_) {
    const torch::Tensor code = torch::cdist(rest.detach(), codebook.detach()).argmin(1);
    const torch::Tensor entry = codebook.index_select(0, code);
    pull = pull + (rest.detach() - entry).square().sum(1).mean() +
           (rest - entry.detach()).square().sum(1).mean() * kCommitment;
    sum = sum + entry.detach();
    rest = rest - entry.detach();
    codes.push_back(code);
  }
  return {torch::stack(codes, 1), sum, pull};
}

void RqVae::start_codebooks(const torch::Tensor& vectors, uint64_t seed) {
  const torch::NoGradGuard no_gradients;
  torch::Tensor rest = encode(vectors);
  for (size_t level = 0; level < codebooks_.size(); ++level) {
    torch::Tensor& codebook = codebooks_[level];
    const std::vector<int64_t> cluster =
        k_means(rest, static_cast<size_t>(codebook.size(0)), derive_seed(seed, {level}));
    const torch::Tensor assigned = torch::tensor(cluster, torch::kInt64);
    const torch::Tensor counts = torch::bincount(assigned, {}, codebook.size(0)).to(torch::kFloat32).unsqueeze(1);
    codebook.copy_(torch::zeros_like(codebook).index_add_(0, assigned, rest) / counts);
    rest = rest - codebook.index_select(0, assigned);
  }
}

torch::Tensor RqVae::loss(const torch::Tensor& vectors) const {
  const torch::Tensor latent = encode(vectors);
  const Quantised quantised = quantise(latent);
  // The gradient passes the quantiser as if it were not there.
  const torch::Tensor straight = latent + (quantised.sum - latent).detach();
  const torch::Tensor hidden = torch::relu(torch::addmm(back_bias_, straight, back_weight_.t()));
  const torch::Tensor rebuilt = torch::addmm(output_bias_, hidden, output_weight_.t());
  return (vectors - rebuilt).square().sum(1).mean() + quantised.pull;
}

torch::Tensor RqVae::codes(const torch::Tensor& vectors) const {
  const torch::NoGradGuard no_gradients;
  return quantise(encode(vectors)).codes;
}

SemanticIds::SemanticIds(const std::vector<std::vector<int64_t>>& codes) : order_(codes.size()) {
  std::map<std::vector<int64_t>, int64_t> met;
  sizes_.assign((codes.empty() ? 0 : codes[0].size()) + 1, 1);
  for (std::vector<int64_t> word : codes) {
    word.push_back(met[word]++);
    for (size_t level = 0; level < word.size(); ++level) sizes_[level] = std::max(sizes_[level], word[level] + 1);
    words_.insert(words_.end(), word.begin(), word.end());
  }
  std::iota(order_.begin(), order_.end(), 0U);
  std::sort(order_.begin(), order_.end(), [this](uint32_t a, uint32_t b) {
    const auto first = word(a), second = word(b);
    return std::lexicographical_compare(first.begin(), first.end(), second.begin(), second.end());
  });
}

torch::Tensor SemanticIds::as_tensor() const {
  return torch::tensor(words_, torch::kInt64)
      .view({static_cast<int64_t>(item_count()), static_cast<int64_t>(levels())});
}

std::vector<SemanticIds::Branch> SemanticIds::branches(Range range, size_t level) const {
  std::vector<Branch> found;
  while (range.begin < range.end) {
    const int64_t code = word(order_[range.begin])[level];
    const auto first = order_.begin() + static_cast<std::ptrdiff_t>(range.begin);
    const auto last = std::partition_point(first, order_.begin() + static_cast<std::ptrdiff_t>(range.end),
                                           [&](uint32_t item) { return word(item)[level] <= code; });
    const auto end = static_cast<size_t>(last - order_.begin());
    found.push_back({code, {range.begin, end}});
    range.begin = end;
  }
  return found;
}

}  // namespace recgauge::reference_models
