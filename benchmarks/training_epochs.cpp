// Epochs of training: the reference models beside the same models written plainly in Python (plain_models.py, on the
// system's PyTorch, Debian's python3-torch), on the same data, with as many threads, in turns.
//   training_epochs --benchmark_enable_random_interleaving=true --benchmark_repetitions=5
// The reference models' time holds a whole fit() of one epoch; the other's a pass over the data alone.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <fstream>
#include <map>

#include "adapters/process/child_program.h"
#include "harness/data/world/world.h"
#include "harness/system/error.h"
#include "reference_models/neural_kinds/neural_module.h"
#include "tests/scripted/temporary_folder.h"

namespace {

using namespace recgauge;

constexpr const char* kThreads = "2";

struct Width {
  const char* name;
  uint32_t users;
  uint32_t items;
  double mean_interactions;
};

// As wide as MovieLens-1M (with fewer users), and as MovieLens-20M prepared for Mult-VAE.
constexpr Width kNarrow{"3706_items", 2000, 3706, 165};
constexpr Width kWide{"20108_items", 2500, 20108, 70};

const Dataset& data_of(const Width& width) {
  static std::map<std::string, Dataset> kept;
  if (kept.find(width.name) == kept.end()) {
    world::WorldConfig config;
    config.users = width.users;
    config.items = width.items;
    config.mean_interactions = width.mean_interactions;
    kept.emplace(width.name, world::World(config).generate_dataset());
  }
  return kept.at(width.name);
}

void reference_model(benchmark::State& state, const std::string& kind, const Width& width) {
  const Dataset& data = data_of(width);
  for (auto _ : state) {
    const auto model = reference_models::make_neural_model(
        kind, {{"epochs", "1"}, {"validation_users", "0"}, {"compute_threads", kThreads}});
    model->fit({&data, &data.interactions, nullptr, 1});
  }
}

// Says a line and waits for the answer.
void exchange(adapters::ChildProgram& program, const std::string& said, const std::string& expected) {
  if (!said.empty()) program.send(said);
  std::string line;
  const auto event = program.wait(adapters::ChildProgram::Clock::now() + std::chrono::minutes(10), line);
  if (event != adapters::ChildProgram::Event::line || line != expected) {
    throw SystemError(fmt::format("plain_models.py: {}; {}", program.state(), program.last_words()));
  }
}

void plain_python(benchmark::State& state, const std::string& kind, const Width& width) {
  const Dataset& data = data_of(width);
  const scripted::TemporaryFolder folder;
  const std::string path = (folder.path() / "sequences.txt").string();
  {
    std::ofstream out(path);
    for (uint32_t user = 0; user < data.interactions.user_count(); ++user) {
      for (const ItemId item : data.interactions.items(UserId{user})) out << index(item) << ' ';
      out << '\n';
    }
  }
  try {
    adapters::ChildProgram program(
        {{"/usr/bin/python3", RECGAUGE_PLAIN_MODELS, kind, path, std::to_string(width.items), kThreads},
         folder.path().string(),
         {{"OMP_WAIT_POLICY", "passive"}}});
    exchange(program, "", "ready");
    exchange(program, "warm", "done");
    for (auto _ : state) exchange(program, "epoch", "done");
  } catch (const Error& error) {
    state.SkipWithError(error.what());
  }
}

void add(const std::string& kind, const Width& width) {
  const auto pair = [&](const char* whose, void (*run)(benchmark::State&, const std::string&, const Width&)) {
    benchmark::RegisterBenchmark(fmt::format("{}/{}/{}", kind, width.name, whose).c_str(),
                                 [=](benchmark::State& state) { run(state, kind, width); })
        ->Unit(benchmark::kMillisecond)
        ->MeasureProcessCPUTime()
        ->UseRealTime();
  };
  pair("recgauge", reference_model);
  pair("python", plain_python);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (const char* kind : {"mult_vae", "diffrec", "gru4rec", "sasrec"}) add(kind, kNarrow);
  add("mult_vae", kWide);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
