// The suite on systems that take exactly as long as a test says, by a clock that a test moves, and on endpoints that
// return samples which a test wrote.
#include "suites/latency/latency_suite.h"

#include <doctest/doctest.h>

#include <cmath>

#include "harness/run/load_record.h"
#include "harness/system/error.h"
#include "tests/scripted/scripted_recommender.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"
#include "tests/scripted/ticking_clock.h"

using namespace recgauge;
using namespace recgauge::scripted;
using namespace recgauge::suites;
using namespace std::chrono_literals;

namespace {

/// An endpoint whose samples are written by a function of their number.
class WrittenEndpoint : public Recommender, public LoadTarget {
 public:
  using Write = std::function<void(size_t, LoadSample&)>;
  WrittenEndpoint(std::string name, size_t size, Write write)
      : name_(std::move(name)), size_(size), write_(std::move(write)) {}

  RecommenderInfo info() const override { return {name_, "http:x", "", "", {{"price_per_request", "0.002"}}}; }
  std::vector<Response> recommend(std::span<const Request> requests) override {
    return std::vector<Response>(requests.size());
  }
  LoadTarget* load_target() override { return this; }
  LoadTrial carry(const LoadProfile& profile, const RequestList&, std::stop_token) override {
    LoadTrial trial;
    trial.rate = profile.rate;
    for (size_t i = 0; i < size_; ++i) {
      LoadSample sample;
      sample.intended = sample.noticed = sample.sent = 10ms * i;
      sample.first_byte = sample.intended + 2ms;
      sample.received = sample.intended + 5ms;
      write_(i, sample);
      trial.samples.push_back(sample);
    }
    trial.ended = 10ms * size_;
    trial.client_cpu = busy ? trial.ended : 1ms;
    return trial;
  }

  bool busy = false;

 private:
  std::string name_;
  size_t size_;
  Write write_;
};

struct Stage {
  TemporaryFolder folder;
  ObservationStore store{folder / "o.sqlite", "identity"};
  TickingClock clock;
  SilentProgress progress;
  std::vector<Row> rows{{0, 0}, {0, 1}, {0, 2}, {1, 1}, {1, 2}, {2, 0}, {3, 2}, {3, 0}};
  Dataset dataset = dataset_of(rows, 4, 3);
  std::shared_ptr<const Split> split = split_of(rows, {{0, 0}, {1, 0}, {2, 1}, {3, 1}}, 4, 3);
  TrainingData training{&dataset, split->train.get(), nullptr, 7};
  std::vector<std::unique_ptr<Recommender>> systems;
  std::vector<AssessedSystem> assessed;

  /// A system that takes `call` for each call and refuses the fourth user, one of three who are asked about.
  ScriptedRecommender& add(const std::string& name, std::chrono::nanoseconds call,
                           SystemRole role = SystemRole::candidate, UserId refused = UserId{3}) {
    auto system = std::make_unique<ScriptedRecommender>(name, [refused](const Request& request) {
      Response response;
      if (request.user == refused) response.outcome = Outcome::refused;
      return response;
    });
    system->learns = true;
    system->after_batch = [this, call] { clock.advance(call); };
    ScriptedRecommender& added = *system;
    systems.push_back(std::move(system));
    assessed.push_back({name, role});
    return added;
  }
  WrittenEndpoint& add_endpoint(const std::string& name, size_t size, WrittenEndpoint::Write write) {
    auto system = std::make_unique<WrittenEndpoint>(name, size, std::move(write));
    WrittenEndpoint& added = *system;
    systems.push_back(std::move(system));
    assessed.push_back({name, SystemRole::candidate});
    return added;
  }

  SuiteContext context() {
    SuiteContext context;
    context.dataset = &dataset;
    context.split = split;
    context.pool = std::make_shared<const CandidatePool>();
    context.seed = 11;
    context.find_file = [this](const std::string& path, const std::string&) { return (folder / path).string(); };
    return context;
  }

  SuiteResult run(const LatencyConfig& config) {
    const LatencySuite suite(config);
    Plan plan;
    plan.probes = suite.probes(context());
    Run run{&plan, &store, {}};
    const ExecutionContext execution{&training, &store, &clock, &progress, {}};
    for (const auto& system : systems) run.systems.push_back({system->info(), execute(plan, *system, execution)});
    take_turns(plan, systems, execution);
    return suite.assess(run, context(), assessed).result;
  }
};

const Measurement& measurement(const SuiteResult& result, const std::string& id) {
  for (const Measurement& m : result.measurements) {
    if (m.id == id) return m;
  }
  FAIL("no measurement is called ", id);
  return result.measurements.front();
}

const Finding& finding(const SuiteResult& result, const std::string& id) {
  for (const Finding& f : result.findings) {
    if (f.id == id) return f;
  }
  FAIL("no finding is called ", id);
  return result.findings.front();
}

const Figure* figure(const SuiteResult& result, const std::string& id) {
  for (const Figure& f : result.figures) {
    if (f.id == id) return &f;
  }
  return nullptr;
}

LatencyConfig one_load(LoadPattern pattern, double seconds) {
  LatencyConfig config;
  config.loads.resize(1);
  config.loads[0].name = "load";
  config.loads[0].pattern = pattern;
  config.loads[0].seconds = seconds;
  config.smallest_usable_share = 0.5;
  return config;
}

}  // namespace

TEST_CASE("a system that takes 4 ms for each call") {
  Stage stage;
  stage.add("slow", 4ms);
  LatencyConfig config = one_load(LoadPattern::single_stream, 2.0);
  config.limit_ms = 5.0;
  config.level = 0.9;
  config.price_per_hour = 3.6;
  const SuiteResult result = stage.run(config);
  for (const char* label : {"latency_p50", "latency_p90", "latency_p99", "latency_max"}) {
    const Measurement& m = measurement(result, std::string("latency/slow/") + label + "/load");
    REQUIRE(m.value);
    CHECK(*m.value == doctest::Approx(4.0).epsilon(0.002));
    CHECK(m.n < 500);
    CHECK(m.n > 300);  // the refused ones have no latency
  }
  CHECK(*measurement(result, "latency/slow/error_share/load").value == doctest::Approx(1.0 / 3.0).epsilon(0.02));
  CHECK(*measurement(result, "latency/slow/refused_share/load").value == doctest::Approx(1.0 / 3.0).epsilon(0.02));
  // Two answers in 12 ms.
  CHECK(*measurement(result, "latency/slow/throughput/load").value == doctest::Approx(500.0 / 3.0).epsilon(0.01));
  CHECK(*measurement(result, "latency/slow/goodput/load").value == doctest::Approx(500.0 / 3.0).epsilon(0.02));
  CHECK(*measurement(result, "latency/slow/cost_per_thousand/load").value ==
        doctest::Approx(3.0 / 500.0).epsilon(0.01));
  CHECK(*measurement(result, "latency/slow/first_call/load").value == doctest::Approx(4.0).epsilon(0.002));
  const Finding& told = finding(result, "latency/slow-load-latency");
  CHECK(told.claim.find("does not keep p90 within 5 ms") != std::string::npos);  // a third is refused
  CHECK(told.controls.at(0).passed);
  CHECK(told.severity == Severity::high);
  for (const char* id : {"latency/percentiles", "latency/over-time", "latency/loads"})
    CHECK(figure(result, id) != nullptr);
}

TEST_CASE("an open loop that comes faster than it is answered is told to fall behind") {
  Stage stage;
  stage.add("slow", 150ms);
  LatencyConfig config = one_load(LoadPattern::server, 20.0);
  config.loads[0].rate = 10.0;
  config.loads[0].arrivals = Arrivals::constant;
  config.time_limit = 100.0;
  const SuiteResult result = stage.run(config);
  CHECK(*measurement(result, "latency/slow/latency_max/load").value > 9000.0);
  CHECK(finding(result, "latency/slow-load-overload").claim.find("falls behind") != std::string::npos);
}

TEST_CASE("systems in turns are held against the reference round by round") {
  Stage stage;
  stage.add("ours", 6ms);
  stage.add("theirs", 4ms, SystemRole::baseline);
  LatencyConfig config = one_load(LoadPattern::single_stream, 0.5);
  config.rounds = 4;
  const SuiteResult result = stage.run(config);
  const Measurement& ratio = measurement(result, "latency/ours/latency_ratio_p50/load");
  CHECK(*ratio.value == doctest::Approx(1.5).epsilon(0.005));
  REQUIRE(ratio.interval);
  CHECK(ratio.interval->method.find("4 rounds") != std::string::npos);
  CHECK(ratio.metric.find("to=theirs,taken=in turns") != std::string::npos);
  CHECK(ratio.unit.empty());
  for (const Measurement& m : result.measurements) {
    CHECK(m.id != "latency/theirs/latency_ratio_p50/load");
    CHECK(m.interval.has_value() == (m.interval && m.interval->low <= *m.value && *m.value <= m.interval->high));
  }
}

TEST_CASE("cost that grows with the batch has the exponent that was planted") {
  Stage stage;
  ScriptedRecommender& system = stage.add("linear", 0ms, SystemRole::candidate, kNoUser);
  system.after_batch = [&] { stage.clock.advance(1ms * system.batch_sizes.back()); };
  LatencyConfig config = one_load(LoadPattern::single_stream, 0.1);
  config.batch_sizes = {2, 8, 32, 128};
  config.sweep_seconds = 2.0;
  const SuiteResult result = stage.run(config);
  const Measurement& exponent = measurement(result, "latency/linear/scaling_exponent/by batch size");
  CHECK(*exponent.value == doctest::Approx(1.0).epsilon(0.01));
  CHECK(exponent.interval);
  CHECK(exponent.n == 4);
}

TEST_CASE("histories are cut to the asked length, of users who have one, and candidates are drawn") {
  Stage stage;
  LatencyConfig config = one_load(LoadPattern::single_stream, 0.1);
  config.history_lengths = {2};
  config.candidate_counts = {2};
  const std::vector<Probe> probes = LatencySuite(config).probes(stage.context());
  REQUIRE(probes.size() == 3);
  const RequestList& cut = *probes[1].requests;
  for (size_t i = 0; i < 6; ++i) {
    CHECK(cut.at(i).history.size() == 2);
    CHECK(cut.at(i).user != UserId{2});
    CHECK(cut.at(i).repetition == i);
  }
  REQUIRE(probes[2].requests->at(0).candidates);
  CHECK(probes[2].requests->at(0).candidates->size() == 2);
  config.history_lengths = {4};
  CHECK_THROWS_WITH_AS(LatencySuite(config).probes(stage.context()), doctest::Contains("history of 4"), ConfigError);
}

TEST_CASE("an endpoint: first bytes, events, new connections, failures and price") {
  Stage stage;
  stage.add_endpoint("remote", 1000, [](size_t i, LoadSample& sample) {
    sample.fresh = i < 10;
    sample.events = 4;
    if (i % 50 == 7) sample.outcome = Outcome::rate_limited;
    if (i % 100 == 3) {
      sample.outcome = Outcome::timeout;
      sample.received = sample.intended + 10s;
    }
  });
  LatencyConfig config = one_load(LoadPattern::server, 10.0);
  config.loads[0].rate = 100.0;
  CHECK(!stage.run(config).measured);  // an endpoint must be named
  config.systems = {"remote"};
  const SuiteResult result = stage.run(config);
  CHECK(*measurement(result, "latency/remote/latency_p50/load").value == doctest::Approx(5.0));
  CHECK(*measurement(result, "latency/remote/latency_p99.9/load").value == doctest::Approx(10000.0));
  CHECK(*measurement(result, "latency/remote/first_byte_p50/load").value == doctest::Approx(2.0));
  CHECK(*measurement(result, "latency/remote/inter_token_p50/load").value == doctest::Approx(1.0));
  CHECK(*measurement(result, "latency/remote/new_connection_p50/load").value == doctest::Approx(5.0));
  CHECK(*measurement(result, "latency/remote/timeout_share/load").value == doctest::Approx(0.01).epsilon(0.1));
  CHECK(*measurement(result, "latency/remote/rate_limited_share/load").value == doctest::Approx(0.02).epsilon(0.1));
  CHECK(*measurement(result, "latency/remote/cost_per_thousand/load").value == doctest::Approx(2.0));
  CHECK(measurement(result, "latency/remote/client_cpu_share/load").value);
}

TEST_CASE("a client that was late, or had no time left, measures nothing") {
  LatencyConfig config = one_load(LoadPattern::server, 10.0);
  config.loads[0].rate = 100.0;
  config.systems = {"remote"};
  {
    Stage stage;
    stage.add_endpoint("remote", 1000, [](size_t i, LoadSample& sample) {
      if (i % 50 == 0) sample.noticed += 3ms;
    });
    const SuiteResult result = stage.run(config);
    const Measurement& m = measurement(result, "latency/remote/latency_p50/load");
    CHECK(!m.value);
    CHECK(m.undefined_reason.find("could not keep its schedule") != std::string::npos);
    CHECK(finding(result, "latency/remote-load-latency").status == FindingStatus::not_measured);
  }
  Stage stage;
  stage.add_endpoint("remote", 1000, [](size_t, LoadSample&) {}).busy = true;
  const SuiteResult result = stage.run(config);
  CHECK(measurement(result, "latency/remote/latency_p99/load").undefined_reason.find("bottleneck") !=
        std::string::npos);
}

TEST_CASE("times of the few that were answered are not told") {
  Stage stage;
  stage.add_endpoint("remote", 1000, [](size_t i, LoadSample& sample) {
    if (i % 10 == 0) sample.outcome = Outcome::transport_error;
  });
  LatencyConfig config = one_load(LoadPattern::closed_loop, 10.0);
  config.systems = {"remote"};
  config.smallest_usable_share = 0.99;
  const SuiteResult result = stage.run(config);
  CHECK(measurement(result, "latency/remote/latency_p50/load").undefined_reason.find("would flatter") !=
        std::string::npos);
  CHECK(*measurement(result, "latency/remote/error_share/load").value == doctest::Approx(0.1));
}

TEST_CASE("a search tells the rate that it found, with its rates in a figure") {
  Stage stage;
  auto& system = stage.add("server", 8ms);
  system.after_batch = [&] { stage.clock.advance(8ms); };
  LatencyConfig config = one_load(LoadPattern::single_stream, 0.1);
  config.limit_ms = 50.0;
  config.most_errors = 1.0;
  config.level = 0.6;  // a third of the users is refused
  LatencySearch search;
  search.lowest = 25.0;
  search.highest = 1000.0;
  search.resolution = 1.3;
  search.seconds = 20.0;
  config.search = search;
  const SuiteResult result = stage.run(config);
  const Measurement& rate = measurement(result, "latency/server/highest_rate/search");
  REQUIRE(rate.value);
  CHECK(*rate.value <= 125.0);  // what 8 ms a request allow
  CHECK(*rate.value > 60.0);
  REQUIRE(rate.interval);
  CHECK(rate.interval->low == *rate.value);
  CHECK(finding(result, "latency/server-highest-rate").claim.find("keeps \"p60 <= 50 ms") != std::string::npos);
  const Figure* rates = figure(result, "latency/rates");
  REQUIRE(rates != nullptr);
  CHECK(std::get<std::string>(rates->rows.back()[0]) == "promise");
}

TEST_CASE("recorded arrivals are read from a file, and what is wrong with it is said") {
  Stage stage;
  stage.folder.write("times.txt", "0.5\n0.75\n2\n");
  stage.folder.write("broken.txt", "0.5\n0.25\n");
  LatencyConfig config = one_load(LoadPattern::server, 10.0);
  config.loads[0].arrivals = Arrivals::trace;
  config.loads[0].trace = "times.txt";
  const std::vector<Probe> probes = LatencySuite(config).probes(stage.context());
  CHECK(probes[0].schedule.load->trace == std::vector<std::chrono::nanoseconds>{500ms, 750ms, 2s});
  CHECK(probes[0].requests->size() == 3);
  config.loads[0].trace = "broken.txt";
  CHECK_THROWS_WITH_AS(LatencySuite(config).probes(stage.context()), doctest::Contains("broken.txt:2"), DataError);
}

TEST_CASE("loads that cannot be meant are refused") {
  LatencyConfig config = one_load(LoadPattern::server, 10.0);
  CHECK_THROWS_WITH_AS(LatencySuite{config}, doctest::Contains("needs a 'rate'"), ConfigError);
  config.loads[0].rate = 5.0;
  config.loads[0].ramp = 10.0;
  CHECK_THROWS_WITH_AS(LatencySuite{config}, doctest::Contains("make it shorter"), ConfigError);
  config = one_load(LoadPattern::offline, 1.0);
  config.loads[0].rate = 5.0;
  CHECK_THROWS_WITH_AS(LatencySuite{config}, doctest::Contains("pattern server"), ConfigError);
  config = one_load(LoadPattern::offline, 1.0);
  config.loads.push_back(config.loads[0]);
  CHECK_THROWS_WITH_AS(LatencySuite{config}, doctest::Contains("two loads are called 'load'"), ConfigError);
}

TEST_CASE("every measure that can be reported has a definition") {
  Stage stage;
  stage.add("a", 4ms);
  stage.add("b", 5ms);
  LatencyConfig config = one_load(LoadPattern::single_stream, 0.2);
  config.batch_sizes = {2, 4};
  config.sweep_seconds = 0.1;
  for (const Measurement& m : stage.run(config).measurements) {
    CHECK(LatencySuite::definitions().contains(m.metric.substr(0, m.metric.find('('))));
  }
}
