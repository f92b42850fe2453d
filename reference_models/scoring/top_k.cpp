#include "reference_models/scoring/top_k.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "harness/system/random.h"

namespace recgauge::reference_models {
namespace {

struct Scored {
  float score;
  uint32_t item;
  uint64_t tie_key;
};

bool ranks_before(const Scored& a, const Scored& b) {
  return a.score != b.score ? a.score > b.score : a.tie_key < b.tie_key;
}

constexpr size_t kScan = 64;

// Whether any of kScan scores may enter: is not below the threshold (so NaN enters too, and is found later). Integer OR
// over comparisons, which compilers vectorise without leave to reorder floating-point operations.
__attribute__((target_clones("avx512f", "avx2", "default"))) bool any_enters(const float* scores, float threshold) {
  int any = 0;
  for (size_t i = 0; i < kScan; ++i) any |= !(scores[i] < threshold) ? 1 : 0;
  return any != 0;
}

// The best k of what one request has been offered so far.
class Selection {
 public:
  Selection(const Request& request, const TopKOptions& options)
      : request_(&request),
        k_(request.k),
        user_key_(derive_seed(options.seed, {index(request.user)})),
        by_item_(options.tie_order == TieOrder::item_id),
        excluded_(request.exclusions.begin(), request.exclusions.end()) {
    std::sort(excluded_.begin(), excluded_.end());
    if (request.candidates) candidates_ = *request.candidates;
    kept_.reserve(capacity());
  }

  bool wants(IndexRange items) {
    if (!request_->candidates) return true;
    while (next_candidate_ < candidates_.size() && index(candidates_[next_candidate_]) < items.begin) ++next_candidate_;
    return next_candidate_ < candidates_.size() && index(candidates_[next_candidate_]) < items.end;
  }

  void offer(IndexRange items, float* scores) {
    mask(items, scores);
    if (request_->candidates) {
      for (size_t i = next_candidate_; i < candidates_.size() && index(candidates_[i]) < items.end; ++i) {
        consider(scores[index(candidates_[i]) - items.begin], index(candidates_[i]));
      }
      return;
    }
    size_t begin = 0;
    for (; begin + kScan <= items.size(); begin += kScan) {
      if (!any_enters(scores + begin, threshold_)) continue;
      for (size_t i = begin; i < begin + kScan; ++i) consider(scores[i], items.begin + i);
    }
    for (; begin < items.size(); ++begin) consider(scores[begin], items.begin + begin);
  }

  Response finish() {
    Response response;
    if (saw_nan_) {
      response.outcome = Outcome::malformed;
      response.failure = "the model gave a score that is not a number";
      return response;
    }
    compact();
    std::sort(kept_.begin(), kept_.end(), ranks_before);
    response.items.reserve(kept_.size());
    response.scores.reserve(kept_.size());
    for (const Scored& entry : kept_) {
      response.items.push_back(ItemId{entry.item});
      response.scores.push_back(static_cast<double>(entry.score));
    }
    response.tied_beyond = static_cast<uint32_t>(tied_beyond_);
    return response;
  }

 private:
  size_t capacity() const { return 3 * static_cast<size_t>(k_) + kScan; }

  void mask(IndexRange items, float* scores) {
    while (next_excluded_ < excluded_.size() && index(excluded_[next_excluded_]) < items.end) {
      const size_t item = index(excluded_[next_excluded_++]);
      if (item >= items.begin) scores[item - items.begin] = -std::numeric_limits<float>::infinity();
    }
  }

  void consider(float score, size_t item) {
    if (score < threshold_) return;
    if (std::isnan(score)) {
      saw_nan_ = true;
      return;
    }
    if (k_ == 0) return;
    const uint64_t tie_key = by_item_ ? item : mix64(user_key_ ^ item);
    kept_.push_back({score, static_cast<uint32_t>(item), tie_key});
    if (kept_.size() >= capacity()) compact();
  }

  // Keeps the best k and counts what falls out with the score of the last one kept.
  void compact() {
    if (kept_.size() <= k_) return;
    const auto last = kept_.begin() + static_cast<ptrdiff_t>(k_) - 1;
    std::nth_element(kept_.begin(), last, kept_.end(), ranks_before);
    if (last->score > threshold_) tied_beyond_ = 0;
    threshold_ = last->score;
    tied_beyond_ += static_cast<size_t>(
        std::count_if(last + 1, kept_.end(), [&](const Scored& entry) { return entry.score == threshold_; }));
    kept_.resize(k_);
  }

  const Request* request_;
  size_t k_;
  uint64_t user_key_;
  bool by_item_;
  bool saw_nan_ = false;
  float threshold_ = std::numeric_limits<float>::lowest();
  size_t tied_beyond_ = 0;
  std::vector<ItemId> excluded_;
  size_t next_excluded_ = 0;
  std::span<const ItemId> candidates_;
  size_t next_candidate_ = 0;
  std::vector<Scored> kept_;
};

void answer_block(const ScoreModel& model, std::span<const Request> requests, const TopKOptions& options,
                  std::span<Response> responses) {
  const size_t item_count = model.item_count();
  const std::unique_ptr<ScoredBlock> block = model.prepare(requests);
  std::vector<Selection> selections;
  selections.reserve(requests.size());
  for (const Request& request : requests) selections.emplace_back(request, options);
  const size_t tile_size = std::min(options.items_per_tile, std::max<size_t>(1, item_count));
  const auto tile = std::make_unique_for_overwrite<float[]>(requests.size() * tile_size);
  for (size_t begin = 0; begin < item_count; begin += tile_size) {
    const IndexRange items{begin, std::min(item_count, begin + tile_size)};
    bool wanted = false;
    for (Selection& selection : selections) wanted = selection.wants(items) || wanted;
    if (!wanted) continue;
    block->score(items, tile.get());
    for (size_t row = 0; row < selections.size(); ++row) {
      if (selections[row].wants(items)) selections[row].offer(items, tile.get() + row * items.size());
    }
  }
  for (size_t row = 0; row < selections.size(); ++row) responses[row] = selections[row].finish();
}

}  // namespace

std::vector<Response> top_k(const ScoreModel& model, std::span<const Request> requests, const TopKOptions& options) {
  // Threads are ours, one block each; a product that split itself over threads would compete with them.
  openblas_set_num_threads(1);
  std::vector<Response> responses(requests.size());
  for_each_piece(requests.size(), options.requests_per_block, [&](size_t, IndexRange range) {
    answer_block(model, requests.subspan(range.begin, range.size()), options,
                 std::span(responses).subspan(range.begin, range.size()));
  });
  return responses;
}

}  // namespace recgauge::reference_models
