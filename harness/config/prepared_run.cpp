#include "harness/config/prepared_run.h"

#include <algorithm>

#include "harness/system/random.h"
#include "harness/system/whole_file.h"

namespace recgauge {
namespace {

constexpr uint32_t kDefaultListLength = 100;

LoadedData simulate(const world::World& world) {
  LoadedData loaded;
  loaded.dataset = world.generate_dataset();
  loaded.report.rows_read = loaded.report.rows_kept = loaded.dataset.interactions.size();
  return loaded;
}

Split cut(const RunConfig& config, const LoadedData& loaded) {
  SplitSpec spec = config.split.spec;
  spec.kind = config.split.resolve(loaded.has_parts());
  if (spec.kind != SplitKind::given) return make_split(loaded.dataset, spec, derive_seed(config.seed, "split"));
  if (!loaded.has_parts()) {
    throw ConfigError(config.place,
                      "split.kind is 'given', but the data has no parts; name data.train and data.test, or choose "
                      "another kind");
  }
  return make_given_split(loaded.train, loaded.validation, loaded.test, spec);
}

uint32_t choose_list_length(const RunConfig& config, size_t items) {
  if (!config.list_length) return static_cast<uint32_t>(std::min<size_t>(kDefaultListLength, items));
  if (*config.list_length <= items) return *config.list_length;
  throw ConfigError(config.place, fmt::format("list_length is {}, but the catalogue has only {} items; shorten it",
                                              *config.list_length, items));
}

}  // namespace

SuiteContext PreparedData::suite_context(uint64_t seed) const {
  SuiteContext context;
  context.dataset = &loaded.dataset;
  context.split = split;
  context.pool = pool;
  context.seed = seed;
  context.list_length = list_length;
  context.world = world.get();
  context.find_file = [roots = roots](const std::string& path, const std::string& key) {
    return roots.resolve(path, key);
  };
  return context;
}

TrainingData PreparedData::training_data(uint64_t seed) const {
  TrainingData training;
  training.dataset = &loaded.dataset;
  training.interactions = split->train.get();
  training.validation = split->validation != nullptr && !split->validation->empty() ? split->validation.get() : nullptr;
  training.seed = seed;
  return training;
}

LoadedData simulate_world(const world::WorldConfig& config) { return simulate(world::World(config)); }

PreparedData prepare_data(const RunConfig& config) {
  PreparedData data;
  data.roots = config.roots;
  if (config.data.is_world()) {
    data.world = std::make_shared<const world::World>(config.data.world);
    data.loaded = simulate(*data.world);
  } else {
    data.loaded = load_data(config.data.source);
  }
  data.list_length = choose_list_length(config, data.dataset().catalogue.size());
  data.split = std::make_shared<const Split>(cut(config, data.loaded));
  data.pool = std::make_shared<const CandidatePool>(
      make_candidate_pool(data.dataset(), *data.split, config.candidates, derive_seed(config.seed, "candidates")));
  return data;
}

std::string run_identity(const nlohmann::ordered_json& effective_config, const PreparedData& data) {
  Sha256 hash;
  hash.update(effective_config.dump());
  hash.update(data.dataset().content_hash());
  for (const auto& [part, part_hash] : data.split->manifest.hashes) hash.update(part + part_hash);
  return hash.hex();
}

Plan make_plan(uint64_t seed, const std::string& identity, const PreparedData& data,
               std::span<const std::unique_ptr<Suite>> suites) {
  Plan plan;
  plan.seed = seed;
  plan.identity = identity;
  const SuiteContext context = data.suite_context(seed);
  for (const auto& suite : suites) {
    add_treatments(plan, suite->treatments(context));
    add_probes(plan, suite->probes(context));
  }
  return plan;
}

}  // namespace recgauge
