#include "harness/statistics/resampling.h"

#include <cblas.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "harness/system/instruction_sets.h"
#include "harness/system/parallel.h"
#include "harness/system/random.h"

namespace recgauge::statistics {
namespace {

constexpr size_t kUnitsPerBlock = 128;  // rows of the weight matrix that stand in cache at once
constexpr size_t kBlocksPerPiece = 16;  // blocks summed into one partial result
constexpr size_t kMostPieces = 64;      // bounds the memory of the partial results

// 2^16 times the chance that a Poisson(1) count is at most 0, 1, …, 7.
constexpr std::array<uint16_t, 8> kPoissonSteps{24109, 48219, 60273, 64292, 65296, 65497, 65531, 65535};

RECGAUGE_FOR_EACH_INSTRUCTION_SET("arch=skylake-avx512", "avx2", "default")
void poisson_counts(const uint16_t* bits, size_t count, uint8_t* weights) {
  for (size_t i = 0; i < count; ++i) {
    uint8_t weight = 0;
    for (const uint16_t step : kPoissonSteps) weight = static_cast<uint8_t>(weight + (bits[i] >= step ? 1 : 0));
    weights[i] = weight;
  }
}

// Weights of one unit in all resamples, as a row of a (units x resamples) matrix.
class WeightRow {
 public:
  WeightRow(size_t resamples, Weighting weighting, uint64_t seed)
      : resamples_(resamples), weighting_(weighting), seed_(seed), bits_(resamples / 64 + 1) {
    if (weighting_ == Weighting::poisson) bits_.resize(resamples / 4 + 1);
    small_.resize(bits_.size() * 4);
  }

  void fill(uint64_t key, double* row) {
    uint64_t state = derive_seed(seed_, {key});
    for (uint64_t& word : bits_) {
      word = mix64(state);
      state += 0x9E3779B97F4A7C15ULL;
    }
    if (weighting_ == Weighting::random_sign) {
      for (size_t i = 0; i < resamples_; ++i) row[i] = (bits_[i / 64] >> (i % 64) & 1U) != 0 ? 1.0 : -1.0;
      return;
    }
    poisson_counts(reinterpret_cast<const uint16_t*>(bits_.data()), small_.size(), small_.data());
    for (size_t i = 0; i < resamples_; ++i) row[i] = static_cast<double>(small_[i]);
  }

 private:
  size_t resamples_;
  Weighting weighting_;
  uint64_t seed_;
  std::vector<uint64_t> bits_;
  std::vector<uint8_t> small_;
};

}  // namespace

std::vector<double> resampled_sums(std::span<const std::span<const double>> columns, std::span<const uint64_t> keys,
                                   size_t resamples, Weighting weighting, uint64_t seed) {
  openblas_set_num_threads(1);
  const size_t units = keys.size();
  const size_t width = columns.size();
  std::vector<double> sums(resamples * width, 0.0);
  if (units == 0 || width == 0 || resamples == 0) return sums;
  // The cut into pieces depends on the number of units alone.
  const size_t grain =
      std::max(kUnitsPerBlock * kBlocksPerPiece, (units / kMostPieces / kUnitsPerBlock + 1) * kUnitsPerBlock);
  std::vector<std::vector<double>> partial(piece_count(units, grain));
  for_each_piece(units, grain, [&](size_t piece, IndexRange range) {
    std::vector<double>& result = partial[piece];
    result.assign(resamples * width, 0.0);
    std::vector<double> weights(kUnitsPerBlock * resamples);
    std::vector<double> values(kUnitsPerBlock * width);
    WeightRow row(resamples, weighting, seed);
    for (size_t begin = range.begin; begin < range.end; begin += kUnitsPerBlock) {
      const size_t size = std::min(kUnitsPerBlock, range.end - begin);
      for (size_t i = 0; i < size; ++i) {
        row.fill(keys[begin + i], weights.data() + i * resamples);
        for (size_t column = 0; column < width; ++column) values[i * width + column] = columns[column][begin + i];
      }
      cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, static_cast<blasint>(resamples), static_cast<blasint>(width),
                  static_cast<blasint>(size), 1.0, weights.data(), static_cast<blasint>(resamples), values.data(),
                  static_cast<blasint>(width), 1.0, result.data(), static_cast<blasint>(width));
    }
  });
  for (const std::vector<double>& part : partial) {
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += part[i];
  }
  return sums;
}

std::optional<Interval> percentile_interval(std::vector<double> values, double confidence, const std::string& method) {
  std::erase_if(values, [](double x) { return std::isnan(x); });
  if (values.size() < 2) return std::nullopt;
  std::sort(values.begin(), values.end());
  const auto at = [&](double quantile) {
    return values[static_cast<size_t>(std::lround(quantile * static_cast<double>(values.size() - 1)))];
  };
  return Interval{at(0.5 - 0.5 * confidence), at(0.5 + 0.5 * confidence), confidence, method};
}

}  // namespace recgauge::statistics
