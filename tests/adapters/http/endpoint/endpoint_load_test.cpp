// Endpoints under load, through the module as the program opens it: what goes out, who signs it, and which answers are
// read.
#include <doctest/doctest.h>

#include <cstdlib>

#include "adapters/http/settings/http_endpoint.h"
#include "harness/run/load.h"
#include "harness/system/error.h"
#include "tests/scripted/http_server.h"
#include "tests/scripted/small_data.h"

using namespace recgauge;
using namespace recgauge::adapters;
using namespace recgauge::scripted;
using namespace std::chrono_literals;

namespace {

class Users : public RequestList {
 public:
  explicit Users(size_t size) : size_(size) {}
  size_t size() const override { return size_; }
  Request at(size_t i) const override {
    Request request;
    request.user = UserId{static_cast<uint32_t>(i % 3)};
    request.k = 2;
    return request;
  }

 private:
  size_t size_;
};

struct Loaded {
  Dataset dataset = dataset_of({{0, 0}, {1, 1}, {2, 2}}, 3, 4);
  SteadyClock clock;
  HttpServer server;
  std::unique_ptr<Recommender> system;

  void make(const std::string& auth, const std::string& parameters = "") {
    setenv("RECGAUGE_TEST_TOKEN", "t0ps3cret", 1);
    const std::string yaml =
        parameters + "endpoint:\n  name: shop\n  base: [\"" + server.url("") + "\"]\n  auth: " + auth +
        "\n  operations:\n    recommend:\n      path: /r\n      body: {user: \"${user}\", k: \"${k}\"}\n"
        "      extract: {rows: /items, id: /id}\n";
    system = make_http("shop", read_http_config(parse_config_text(yaml, "shop.yaml")),
                       {&dataset, Pseudonyms("key"), &clock, {}, 7, {}});
    REQUIRE(system->load_target() != nullptr);
  }
  LoadTrial carry(LoadPattern pattern, size_t requests, double rate = 0.0) {
    LoadProfile profile;
    profile.pattern = pattern;
    profile.concurrency = 4;
    profile.rate = rate;
    profile.duration = 20s;
    profile.time_limit = 20s;
    return system->load_target()->carry(profile, Users(requests), {});
  }
};

constexpr const char* kBearer = "{kind: bearer, token: \"env:RECGAUGE_TEST_TOKEN\"}";
constexpr const char* kSigned =
    "{kind: query-hmac, token: \"env:RECGAUGE_TEST_TOKEN\", timestamp_param: when, sign_param: signature}";

}  // namespace

TEST_CASE("requests of the mapping go out signed, under pseudonyms, and some answers are read as lists") {
  Loaded loaded;
  loaded.server.on("/r", writes(http_answer(200, R"({"items": [{"id": "i1"}, {"id": "i2"}]})")));
  loaded.make(kBearer);
  const LoadTrial trial = loaded.carry(LoadPattern::closed_loop, 60);
  REQUIRE(trial.samples.size() == 60);
  for (const LoadSample& sample : trial.samples) CHECK(sample.outcome == Outcome::ok);
  CHECK(trial.answers_read == 6);
  CHECK(trial.answers_unusable == 0);
  const auto requests = loaded.server.requests();
  REQUIRE(requests.size() == 60);
  for (const HttpServerRequest& request : requests) {
    CHECK(request["Authorization"] == "Bearer t0ps3cret");
    CHECK(request.body().find("\"user\":\"p") != std::string::npos);
  }
}

TEST_CASE("an answer of status 200 that holds no list is malformed") {
  Loaded loaded;
  loaded.server.on("/r", writes(http_answer(200, R"({"error": "try later"})")));
  loaded.make(kBearer);
  const LoadTrial trial = loaded.carry(LoadPattern::single_stream, 30);
  CHECK(trial.answers_read == 3);
  CHECK(trial.answers_unusable == 3);
  CHECK(trial.samples[10].outcome == Outcome::malformed);
  CHECK(trial.samples[11].outcome == Outcome::ok);  // its status is all that was looked at
}

TEST_CASE("signatures that hold for a time are put on when a request goes out") {
  Loaded loaded;
  loaded.server.on("/r", writes(http_answer(200, R"({"items": []})")));
  loaded.make(kSigned);
  const LoadTrial trial = loaded.carry(LoadPattern::single_stream, 20);
  CHECK(trial.samples.size() == 20);
  for (const HttpServerRequest& request : loaded.server.requests()) {
    CHECK(request.target().find("when=") != std::string::npos);
    CHECK(request.target().find("signature=") != std::string::npos);
  }
}

TEST_CASE("the budget of requests holds over all trials, and a rate above the endpoint's limit is refused") {
  Loaded loaded;
  loaded.server.on("/r", writes(http_answer(200, R"({"items": []})")));
  loaded.make(kBearer, "request_budget: 25\nrequests_per_second: 50\n");
  CHECK(loaded.carry(LoadPattern::closed_loop, 20).samples.size() == 20);
  CHECK(loaded.carry(LoadPattern::closed_loop, 20).samples.size() == 5);
  CHECK(loaded.carry(LoadPattern::closed_loop, 20).samples.empty());
  CHECK(loaded.server.request_count() == 25);
  CHECK_THROWS_WITH_AS(loaded.carry(LoadPattern::server, 20, 80.0), doctest::Contains("requests_per_second"),
                       ConfigError);
}

TEST_CASE("an endpoint behind a proxy has no client of loads") {
  Loaded loaded;
  const std::string yaml =
      "proxy: \"http://127.0.0.1:1\"\nendpoint:\n  name: shop\n  base: [\"" + loaded.server.url("") +
      "\"]\n  operations:\n    recommend:\n      path: /r\n      extract: {rows: /items, id: /id}\n";
  const auto system = make_http("shop", read_http_config(parse_config_text(yaml, "shop.yaml")),
                                {&loaded.dataset, Pseudonyms("key"), &loaded.clock, {}, 7, {}});
  CHECK(system->load_target() == nullptr);
}
