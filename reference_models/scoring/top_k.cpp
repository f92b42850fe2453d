#include "reference_models/scoring/top_k.h"

#include <cblas.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>

#include "harness/system/instruction_sets.h"
#include "harness/system/random.h"

#ifdef RECGAUGE_CHOOSES_X86_FUNCTIONS
#include <immintrin.h>
#endif

namespace recgauge::reference_models {
namespace {

constexpr size_t kScan = 64;

// Which of kScan scores may enter, a bit each: those that are not below the threshold (so NaN enters too, and is found
// later). Few do, and a branch for each score would cost more than the matrix product that made them.
#ifdef RECGAUGE_CHOOSES_X86_FUNCTIONS
__attribute__((target("avx512f"))) uint64_t entering(const float* scores, float threshold) {
  const __m512 limit = _mm512_set1_ps(threshold);
  uint64_t bits = 0;
  for (size_t i = 0; i < kScan; i += 16) {
    bits |= uint64_t{_mm512_cmp_ps_mask(_mm512_loadu_ps(scores + i), limit, _CMP_NLT_UQ)} << i;
  }
  return bits;
}

__attribute__((target("avx2"))) uint64_t entering(const float* scores, float threshold) {
  const __m256 limit = _mm256_set1_ps(threshold);
  uint64_t bits = 0;
  for (size_t i = 0; i < kScan; i += 8) {
    const __m256 enters = _mm256_cmp_ps(_mm256_loadu_ps(scores + i), limit, _CMP_NLT_UQ);
    bits |= uint64_t{static_cast<unsigned>(_mm256_movemask_ps(enters))} << i;
  }
  return bits;
}

__attribute__((target("default")))
#endif
uint64_t
entering(const float* scores, float threshold) {
  uint64_t bits = 0;
  for (size_t i = 0; i < kScan; ++i) bits |= uint64_t{!(scores[i] < threshold)} << i;
  return bits;
}

// Whole numbers in the order of the scores they stand for, so that many can be compared at once. -0 counts as 0.
int32_t order_of(float score) {
  const auto bits = std::bit_cast<int32_t>(score + 0.0F);
  return bits ^ ((bits >> 31) & 0x7FFFFFFF);
}

float score_of(int32_t order) { return std::bit_cast<float>(order ^ ((order >> 31) & 0x7FFFFFFF)); }

RECGAUGE_FOR_EACH_INSTRUCTION_SET("avx512f", "avx2", "default")
size_t count_from(const int32_t* orders, size_t size, int32_t lowest) {
  uint32_t count = 0;
  for (size_t i = 0; i < size; ++i) count += orders[i] >= lowest ? 1U : 0U;
  return count;
}

RECGAUGE_FOR_EACH_INSTRUCTION_SET("avx512f", "avx2", "default")
int32_t smallest_from(const int32_t* orders, size_t size, int32_t lowest) {
  int32_t smallest = std::numeric_limits<int32_t>::max();
  for (size_t i = 0; i < size; ++i) smallest = std::min(smallest, orders[i] >= lowest ? orders[i] : smallest);
  return smallest;
}

// The k-th largest of `orders`, none of which is below `lowest`. By halving the range of values: no branch depends on a
// single entry, which makes this several times as fast as moving them about.
int32_t kth_largest(size_t k, std::span<const int32_t> orders, int32_t lowest) {
  int64_t low = lowest;
  int64_t high = int64_t{*std::max_element(orders.begin(), orders.end())} + 1;
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    const size_t count = count_from(orders.data(), orders.size(), static_cast<int32_t>(middle));
    if (count == k) return smallest_from(orders.data(), orders.size(), static_cast<int32_t>(middle));
    (count > k ? low : high) = middle;
  }
  return static_cast<int32_t>(low);
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
    if (!std::is_sorted(excluded_.begin(), excluded_.end())) std::sort(excluded_.begin(), excluded_.end());
    if (request.candidates) candidates_ = *request.candidates;
    orders_.resize(2 * k_ + 2 * kScan);
    items_.resize(orders_.size());
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
        const size_t item = index(candidates_[i]);
        const float* score = scores + (item - items.begin);
        if (!(*score < threshold_)) keep(1, score, item);
      }
      return;
    }
    size_t begin = 0;
    for (; begin + kScan <= items.size(); begin += kScan) {
      if (const uint64_t bits = entering(scores + begin, threshold_)) keep(bits, scores + begin, items.begin + begin);
    }
    uint64_t bits = 0;
    for (size_t i = begin; i < items.size(); ++i) bits |= uint64_t{!(scores[i] < threshold_)} << (i - begin);
    keep(bits, scores + begin, items.begin + begin);
  }

  Response finish() {
    Response response;
    if (saw_nan_) {
      response.outcome = Outcome::malformed;
      response.failure = "the model gave a score that is not a number";
      return response;
    }
    compact();
    struct Listed {
      int32_t order;
      uint64_t tie_key;
      uint32_t item;
    };
    std::vector<Listed> listed;
    listed.reserve(size_);
    for (size_t i = 0; i < size_; ++i) listed.push_back({orders_[i], tie_key(items_[i]), items_[i]});
    std::sort(listed.begin(), listed.end(), [](const Listed& a, const Listed& b) {
      return a.order != b.order ? a.order > b.order : a.tie_key < b.tie_key;
    });
    response.items.reserve(size_);
    response.scores.reserve(size_);
    for (const Listed& entry : listed) {
      response.items.push_back(ItemId{entry.item});
      response.scores.push_back(static_cast<double>(score_of(entry.order)));
    }
    response.tied_beyond = static_cast<uint32_t>(tied_beyond_);
    return response;
  }

 private:
  void mask(IndexRange items, float* scores) {
    while (next_excluded_ < excluded_.size() && index(excluded_[next_excluded_]) < items.end) {
      const size_t item = index(excluded_[next_excluded_++]);
      if (item >= items.begin) scores[item - items.begin] = -std::numeric_limits<float>::infinity();
    }
  }

  // Keeps the items at these bits, counted from `first_item`. There is always room for one scan of scores.
  void keep(uint64_t bits, const float* scores, size_t first_item) {
    size_t size = size_;
    for (; bits != 0; bits &= bits - 1) {
      const auto i = static_cast<size_t>(std::countr_zero(bits));
      const bool is_nan = std::isnan(scores[i]);
      const auto item = static_cast<uint32_t>(first_item + i);
      orders_[size] = order_of(scores[i]);
      items_[size] = item;
      saw_nan_ |= is_nan;
      if (orders_[size] == last_order_ && tie_key(item) > last_tie_key_) {
        ++tied_beyond_;
      } else {
        size += is_nan ? 0 : 1;
      }
    }
    size_ = size;
    if (size_ + kScan > orders_.size()) compact();
  }

  uint64_t tie_key(uint32_t item) const { return by_item_ ? item : mix64(user_key_ ^ item); }

  // Keeps the best k and counts what falls out with the score of the last one kept.
  void compact() {
    if (k_ == 0) size_ = 0;
    if (size_ <= k_) return;
    const int32_t last = kth_largest(k_, std::span(orders_).first(size_), last_order_);
    if (last > last_order_) tied_beyond_ = 0;
    last_order_ = last;
    threshold_ = score_of(last);
    tied_.clear();
    size_t above = 0;
    for (size_t i = 0; i < size_; ++i) {
      if (orders_[i] == last) tied_.push_back(items_[i]);
      const bool stays = orders_[i] > last;
      orders_[above] = orders_[i];
      items_[above] = items_[i];
      above += stays ? 1 : 0;
    }
    size_ = k_;
    const auto places = static_cast<ptrdiff_t>(k_ - above);
    if (tied_.size() > k_ - above) {
      std::nth_element(tied_.begin(), tied_.begin() + places, tied_.end(),
                       [&](uint32_t a, uint32_t b) { return tie_key(a) < tie_key(b); });
    }
    tied_beyond_ += tied_.size() - (k_ - above);
    last_tie_key_ = 0;
    for (ptrdiff_t i = 0; i < places; ++i)
      last_tie_key_ = std::max(last_tie_key_, tie_key(tied_[static_cast<size_t>(i)]));
    std::copy_n(tied_.begin(), places, items_.begin() + static_cast<ptrdiff_t>(above));
    std::fill_n(orders_.begin() + static_cast<ptrdiff_t>(above), places, last);
  }

  const Request* request_;
  size_t k_;
  uint64_t user_key_;
  bool by_item_;
  bool saw_nan_ = false;
  float threshold_ = std::numeric_limits<float>::lowest();
  // Where the last of k items kept stands: an item of its score enters only by a smaller tie key. With a constant score
  // everything is tied, and all but a few must be turned away at once.
  int32_t last_order_ = order_of(std::numeric_limits<float>::lowest());
  uint64_t last_tie_key_ = std::numeric_limits<uint64_t>::max();
  size_t tied_beyond_ = 0;
  std::vector<ItemId> excluded_;
  size_t next_excluded_ = 0;
  std::span<const ItemId> candidates_;
  size_t next_candidate_ = 0;
  std::vector<int32_t> orders_;  // the first size_ are kept; so with items_
  std::vector<uint32_t> items_;
  size_t size_ = 0;
  std::vector<uint32_t> tied_;  // scratch
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
