// Items as short words: codes from coarse to fine that similar items share, and the order in which words with a common
// beginning stand side by side.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "reference_models/neural/torch.h"

namespace recgauge::reference_models {

/// A residual-quantised variational auto-encoder (Lee et al. 2022, as TIGER uses it): a vector becomes a narrow one,
/// which is the sum of one entry of each codebook, each the nearest to what the ones before left over.
class RqVae : public torch::nn::Module {
 public:
  RqVae(int64_t input, int64_t hidden, int64_t latent, int64_t levels, int64_t codes);

  /// Codebooks by k-means over what is left of `vectors` at each level.
  void start_codebooks(const torch::Tensor& vectors, uint64_t seed);
  /// Squared error of the reconstruction, plus for each level what pulls entries to rests and, by a quarter, rests to
  /// entries; mean over rows.
  torch::Tensor loss(const torch::Tensor& vectors) const;
  /// int64, rows x levels.
  torch::Tensor codes(const torch::Tensor& vectors) const;

 private:
  struct Quantised {
    torch::Tensor codes, sum, pull;
  };
  torch::Tensor encode(const torch::Tensor& vectors) const;
  Quantised quantise(const torch::Tensor& latent) const;

  torch::Tensor first_weight_, first_bias_, last_weight_, last_bias_;    // encoder
  torch::Tensor back_weight_, back_bias_, output_weight_, output_bias_;  // decoder
  std::vector<torch::Tensor> codebooks_;                                 // codes x latent
};

/// A word for each item; no two items have the same.
class SemanticIds {
 public:
  /// codes: items x levels. Items that share all codes are told apart by one more, which counts them from 0.
  explicit SemanticIds(const std::vector<std::vector<int64_t>>& codes);

  size_t levels() const { return sizes_.size(); }
  size_t item_count() const { return order_.size(); }
  /// Codes of a level are below this.
  int64_t size(size_t level) const { return sizes_[level]; }
  std::span<const int64_t> word(size_t item) const { return std::span(words_).subspan(item * levels(), levels()); }
  /// int64, items x levels.
  torch::Tensor as_tensor() const;
  /// Items by word, in lexicographical order: those with a common beginning are neighbours.
  std::span<const uint32_t> order() const { return order_; }

  /// A run of `order()`: items that share their first codes.
  struct Range {
    size_t begin = 0;
    size_t end = 0;
  };
  struct Branch {
    int64_t code = 0;
    Range range;
  };
  /// The codes that may follow at `level` for the items of `range`, ascending.
  std::vector<Branch> branches(Range range, size_t level) const;

 private:
  std::vector<int64_t> words_;  // items x levels
  std::vector<int64_t> sizes_;
  std::vector<uint32_t> order_;
};

}  // namespace recgauge::reference_models
