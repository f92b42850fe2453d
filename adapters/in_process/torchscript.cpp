#include "adapters/in_process/torchscript.h"

#include <algorithm>

#include "harness/data/loaders/item_order.h"
#include "harness/system/whole_file.h"
#include "reference_models/neural_kinds/neural_module.h"

namespace recgauge::adapters {
namespace {

std::map<std::string, std::string> parameters_of(TorchScriptConfig config, const std::vector<ItemId>& items) {
  nlohmann::ordered_json json = ConfigWriter::to_json(config);
  for (const char* key : {"path", "items"}) json.erase(key);  // of this machine; name and hash say which file it is
  if (config.input == reference_models::ScriptInput::matrix) {
    for (const char* key : {"padding", "first_item", "length"}) json.erase(key);
  }
  std::map<std::string, std::string> parameters = flat_text(json);
  parameters["file"] = std::filesystem::path(config.path).filename().string();
  parameters["sha256"] = sha256_of_file(config.path);
  parameters["model_items"] = std::to_string(items.size());
  parameters["unknown_items"] = std::to_string(std::count(items.begin(), items.end(), kOutOfCatalogue));
  return parameters;
}

}  // namespace

TorchScriptConfig read_torchscript_config(const ConfigNode& parameters) {
  TorchScriptConfig config;
  ConfigReader::read_struct(parameters, "parameters", config);
  if (config.input != reference_models::ScriptInput::matrix) return config;
  for (const char* key : {"padding", "first_item", "length"}) {
    if (const ConfigNode* node = parameters.find(key)) {
      throw ConfigError(node->place,
                        fmt::format("parameters.{} is of sequences; leave it out beside input: matrix", key));
    }
  }
  return config;
}

reference_models::UserScript describe_script(const std::string& name, const TorchScriptConfig& config,
                                             const Dataset& dataset, const reference_models::TopKOptions& top_k) {
  reference_models::UserScript script;
  script.path = config.path;
  script.method = config.method;
  script.input = config.input;
  script.padding = config.padding;
  script.first_item = config.first_item;
  script.length = config.length;
  script.batch_size = config.batch_size;
  script.items =
      config.items.empty() ? catalogue_order(dataset.catalogue) : read_item_order(config.items, dataset.catalogue);
  script.catalogue_size = dataset.catalogue.size();
  script.top_k = top_k;
  script.info = {name, "torchscript", "a TorchScript file, asked in this process", "",
                 parameters_of(config, script.items)};
  return script;
}

std::unique_ptr<Recommender> make_torchscript(const std::string& name, const TorchScriptConfig& config,
                                              const Dataset& dataset, const reference_models::TopKOptions& top_k) {
  return reference_models::open_user_script(describe_script(name, config, dataset, top_k));
}

}  // namespace recgauge::adapters
