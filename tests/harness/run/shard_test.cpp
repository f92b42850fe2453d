// Shards: which questions each has, and that the observations of all of them are those of a run that asked everything.
#include "harness/run/shard.h"

#include <doctest/doctest.h>

#include "harness/run/execute.h"
#include "harness/run/merge_shards.h"
#include "harness/system/error.h"
#include "tests/scripted/scripted_recommender.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::scripted;

namespace {

constexpr size_t kRequests = 11;

class Numbers : public RequestList {
 public:
  size_t size() const override { return kRequests; }
  Request at(size_t i) const override {
    Request request;
    request.user = UserId{static_cast<uint32_t>(i)};
    request.k = 1;
    return request;
  }
};

// Asks as often as its number says.
class Walker : public SimulatedUser {
 public:
  explicit Walker(uint32_t number) : number_(number), left_(number) {}
  std::optional<Turn> next(const Response*) override {
    if (left_-- == 0) return std::nullopt;
    Turn turn;
    turn.request.user = UserId{number_};
    turn.request.k = 1;
    return turn;
  }

 private:
  uint32_t number_;
  uint32_t left_;
};

class Walkers : public SimulatedPopulation {
 public:
  size_t size() const override { return 7; }
  std::unique_ptr<SimulatedUser> make(size_t i) const override {
    return std::make_unique<Walker>(static_cast<uint32_t>(i));
  }
};

Plan both() {
  Plan plan;
  add_probes(plan, {{"list", "", std::make_shared<Numbers>(), nullptr, {}},
                    {"walk", "", nullptr, std::make_shared<Walkers>(), {}}});
  return plan;
}

// Says which question it was asked, by what it must not depend on: user and repetition.
Response answer(const Request& request) {
  Response response;
  response.items = {ItemId{static_cast<uint32_t>(index(request.user))}};
  response.text = std::to_string(request.repetition);
  return response;
}

class Machine {
 public:
  Machine(const std::filesystem::path& file, const Shard& shard) : store_(file, "run"), shard_(shard) {
    if (!shard.is_whole()) store_.set_note(kShardNote, shard.text());
  }
  ObservationStore& store() { return store_; }
  ExecutionSummary ask() {
    ScriptedRecommender system("s", answer);
    HeldClock clock;
    SilentProgress silent;
    const Plan plan = both();
    const ExecutionSummary summary = execute(plan, system, {nullptr, &store_, &clock, &silent, {}, shard_});
    store_.set_note(kShardFinishedNote, "yes");
    return summary;
  }

 private:
  ObservationStore store_;
  Shard shard_;
};

std::string contents(const ObservationStore& store) {
  std::string text;
  for (const ObservationKey& key : store.keys()) {
    store.for_each(key, [&](Observation&& o) {
      text += key.probe + " " + std::to_string(o.sequence) + "." + std::to_string(o.step) + " " +
              std::to_string(index(o.response.items.front())) + " " + o.response.text + "\n";
    });
  }
  return text;
}

std::string refusal(const std::vector<std::filesystem::path>& files, const std::string& identity = "run") {
  const TemporaryFolder folder;
  ObservationStore merged(folder / "m.sqlite", identity);
  try {
    merge_shards(files, identity, merged);
  } catch (const ConfigError& error) {
    CHECK(merged.keys().empty());
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("shards are written from 1 on, and what is none is refused") {
  CHECK(parse_shard("1/1") == Shard{});
  CHECK(parse_shard("2/4") == Shard{1, 4});
  CHECK(parse_shard("2/4").text() == "2/4");
  for (const char* text : {"", "/", "0/4", "5/4", "1", "1/0", "-1/4", "1/4x", "1 /4", "a/b", "1/100001", "1/2/3"}) {
    CHECK_THROWS_AS(parse_shard(text), ConfigError);
  }
}

TEST_CASE("every question has one shard, and shares add up") {
  for (uint32_t count = 1; count <= 9; ++count) {
    for (uint64_t size = 0; size < 30; ++size) {
      uint64_t sum = 0;
      for (uint32_t i = 0; i < count; ++i) {
        const Shard shard{i, count};
        uint64_t own = 0;
        for (uint64_t sequence = 0; sequence < size; ++sequence) own += shard.has(sequence) ? 1 : 0;
        CHECK(own == shard.share_of(size));
        sum += own;
      }
      CHECK(sum == size);
    }
  }
}

TEST_CASE("the observations of all shards are those of the whole run, and nothing is asked after merging") {
  const TemporaryFolder folder;
  Machine whole(folder / "whole.sqlite", {});
  whole.ask();
  for (const uint32_t count : {2U, 4U}) {
    std::vector<std::filesystem::path> files;
    uint64_t sent = 0;
    for (uint32_t i = count; i-- > 0;) {
      files.push_back(folder / (std::to_string(i) + "of" + std::to_string(count)));
      Machine machine(files.back(), {i, count});
      sent += machine.ask().requests_sent;
      CHECK(machine.ask().requests_sent == 0);
    }
    CHECK(sent == kRequests + 21);
    Machine merged(folder / ("merged" + std::to_string(count)), {});
    merge_shards(files, "run", merged.store());
    CHECK(contents(merged.store()) == contents(whole.store()));
    CHECK(merged.ask().requests_sent == 0);
  }
}

TEST_CASE("missing, doubled, unfinished and foreign shards are refused by name") {
  const TemporaryFolder folder;
  for (const char* text : {"1/3", "2/3", "3/3", "1/2"}) {
    const Shard shard = parse_shard(text);
    Machine(folder / std::to_string(10 * shard.count + shard.index), shard).ask();
  }
  Machine(folder / "whole", {}).ask();
  Machine(folder / "unfinished", {2, 3});
  CHECK(refusal({folder / "31", folder / "30", folder / "32"}).empty());
  CHECK(refusal({folder / "30"}) == "shards are missing: 2/3, 3/3");
  CHECK(refusal({folder / "30", folder / "31", folder / "30"}).find("is shard 1/3, as ") != std::string::npos);
  CHECK(refusal({folder / "30", folder / "20"}).find("but others are of 3") != std::string::npos);
  CHECK(refusal({folder / "30", folder / "31", folder / "unfinished"}).find("--shard 3/3 --resume") !=
        std::string::npos);
  CHECK(refusal({folder / "whole"}).find("is a whole run") != std::string::npos);
  CHECK(refusal({folder / "30"}, "another").find("is of another run") != std::string::npos);
}
