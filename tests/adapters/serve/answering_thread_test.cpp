// What waits is asked together, within the size of a batch; feedback goes alone, and too much is turned away.
#include "adapters/serve/answering_thread.h"

#include <doctest/doctest.h>

#include <latch>

#include "tests/scripted/scripted_recommender.h"

using namespace recgauge;
using namespace recgauge::adapters;

TEST_CASE("one thread asks in batches, in the order of the calls") {
  std::latch entered(1);
  std::latch released(1);
  scripted::ScriptedRecommender model("model", [](const Request& request) {
    Response response;
    response.items = {ItemId{request.k}};
    return response;
  });
  model.takes_feedback = true;
  model.after_batch = [&] {
    if (model.batch_sizes.size() > 1) return;
    entered.count_down();
    released.wait();
  };
  std::vector<uint32_t> answered;
  std::vector<size_t> batches_before_feedback;
  {
    AnsweringThread thread(model, 4, 6);
    const auto submit = [&](std::vector<uint32_t> lengths) {
      std::vector<Question> questions(lengths.size());
      for (size_t i = 0; i < lengths.size(); ++i) questions[i].k = lengths[i];
      return thread.submit(std::move(questions), {}, [&](AnsweringThread::Result result) {
        CHECK(!result.failed);
        for (const Response& response : result.responses) answered.push_back(static_cast<uint32_t>(response.items[0]));
      });
    };
    CHECK(submit({1}));
    entered.wait();
    CHECK(submit({2, 3}));
    CHECK(submit({4, 5}));
    CHECK(submit({6}));
    CHECK(!submit({7, 8}));
    CHECK(thread.submit({}, {FeedbackEvent{}},
                        [&](AnsweringThread::Result) { batches_before_feedback = model.batch_sizes; }));
    CHECK(submit({9}));
    released.count_down();
  }
  CHECK(answered == std::vector<uint32_t>{1, 2, 3, 4, 5, 6, 9});
  CHECK(model.batch_sizes == std::vector<size_t>{1, 4, 1, 1});
  CHECK(batches_before_feedback == std::vector<size_t>{1, 4, 1});
  CHECK(model.received.size() == 1);
}
