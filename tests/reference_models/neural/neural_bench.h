// Small data and the module's models, for tests that need no libtorch header.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/data/splits/split.h"
#include "harness/data/world/world.h"
#include "reference_models/neural_kinds/module_interface.h"
#include "reference_models/neural_kinds/neural_kinds.h"

extern "C" const recgauge::reference_models::NeuralModuleInterface* recgauge_neural_module();

namespace recgauge::reference_models {

using Parameters = std::map<std::string, std::string>;

inline std::unique_ptr<ScoreModel> make_neural(const std::string& kind, const Parameters& parameters) {
  const ModelKind& known = *find_neural_kind(kind);
  return std::unique_ptr<ScoreModel>(recgauge_neural_module()->make(known, ModelParameters(known, parameters)));
}

inline std::vector<float> scores_of(const ScoreModel& model, const std::vector<ItemId>& history) {
  Request request;
  request.user = UserId{3};  // of rings(): who begins with the item of that number
  request.history = history;
  std::vector<float> tile(model.item_count());
  model.prepare(std::span(&request, 1))->score({0, tile.size()}, tile.data());
  return tile;
}

/// Every user walks round the items from another start: the next item follows from the last one. Users have `shortest`
/// to `shortest` + 5 items.
inline Interactions rings(uint32_t users, uint32_t items, uint32_t shortest) {
  std::vector<Interaction> rows;
  for (uint32_t user = 0; user < users; ++user) {
    const uint32_t length = shortest + (user / 3) % 6;
    for (uint32_t i = 0; i < length; ++i) rows.push_back({UserId{user}, ItemId{(user + i) % items}, 1.0F, i});
  }
  return Interactions::from_rows(std::move(rows), users, items);
}

/// Quick settings for each kind on data of a few dozen items.
inline Parameters quick(const std::string& kind, Parameters more = {}) {
  Parameters parameters{{"batch_size", "64"}, {"learning_rate", "0.01"}, {"compute_threads", "1"}, {"epochs", "60"}};
  if (kind.starts_with("mult")) parameters.insert({{"hidden", "32"}, {"latent", "16"}});
  if (kind == "diffrec") parameters.insert({{"hidden", "48"}, {"bottleneck", "16"}, {"steps", "5"}});
  if (kind == "l_diffrec")
    parameters.insert({{"hidden", "64"}, {"latent", "32"}, {"steps", "5"}, {"anneal_cap", "0.05"}});
  if (kind == "irgan") parameters.insert({{"dimension", "8"}, {"pretrain_epochs", "1"}});
  if (kind == "tiger")
    parameters.insert({{"codes", "8"}, {"levels", "2"}, {"quantiser_steps", "200"}, {"blocks", "1"}, {"heads", "2"}});
  const bool sequence = kind == "hstu" || kind == "tiger" || (kind.ends_with("rec") && !kind.ends_with("diffrec"));
  if (sequence) parameters.insert({{"dimension", "16"}, {"length", "10"}});
  for (const auto& [name, value] : more) parameters[name] = value;
  return parameters;
}

}  // namespace recgauge::reference_models
