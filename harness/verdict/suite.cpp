#include "harness/verdict/suite.h"

namespace recgauge {
namespace {

class TestUserRequests : public RequestList {
 public:
  explicit TestUserRequests(const SuiteContext& context)
      : split_(context.split), pool_(context.pool), list_length_(context.list_length) {}

  size_t size() const override { return split_->test_users.size(); }

  Request at(size_t i) const override {
    const UserId user = split_->test_users[i];
    Request request = history_request(*split_, user, list_length_);
    if (!pool_->is_full()) request.candidates = pool_->candidates(user);
    return request;
  }

 private:
  std::shared_ptr<const Split> split_;
  std::shared_ptr<const CandidatePool> pool_;
  uint32_t list_length_;
};

}  // namespace

Request history_request(const Split& split, UserId user, uint32_t k) {
  Request request;
  request.user = user;
  request.k = k;
  request.history = split.history->items(user);
  request.history_values = split.history->values(user);
  request.history_times = split.history->times(user);
  request.exclusions = request.history;
  return request;
}

Probe ranking_probe(const SuiteContext& context) {
  return {kRankingProbe, "", std::make_shared<TestUserRequests>(context), nullptr, {}};
}

}  // namespace recgauge
