// A trained model of the user's own as a system under test, without a server and without Python: a TorchScript file.
#pragma once

#include <memory>
#include <string>

#include "harness/config/config_visitor.h"
#include "harness/data/dataset.h"
#include "reference_models/neural_kinds/user_script.h"

namespace recgauge::adapters {

struct TorchScriptConfig {
  std::string path;
  std::string items;
  reference_models::ScriptMethod method = reference_models::ScriptMethod::score;
  reference_models::ScriptInput input = reference_models::ScriptInput::sequence;
  reference_models::ScriptPadding padding = reference_models::ScriptPadding::left;
  uint32_t first_item = 0;
  uint32_t length = 50;
  uint32_t batch_size = 256;
};

template <typename V>
void visit(V& v, TorchScriptConfig& c) {
  using namespace reference_models;
  v.value("path", c.path, "the TorchScript file; it is a program, so run only what you trust", {{}, {}, {}, true});
  v.value(
      "items", c.items,
      "text file with an item's name a line, in the order of the model's items; absent: the order of the data's items");
  v.choice("method", c.method, {{"score", ScriptMethod::score}, {"recommend", ScriptMethod::recommend}},
           "what the script offers: scores of all items (score, or forward where there is no score), or lists");
  v.choice("input", c.input, {{"sequence", ScriptInput::sequence}, {"matrix", ScriptInput::matrix}},
           "how histories are shown: item numbers in order, or a row of zeros and ones over the model's items");
  v.choice("padding", c.padding, {{"left", ScriptPadding::left}, {"right", ScriptPadding::right}},
           "at which end short sequences are filled up");
  v.value("first_item", c.first_item,
          "number of the first item in sequences: 1 with padding 0, or 0 with the padding numbered after the last item",
          {0.0, 1.0, {}, false});
  v.value("length", c.length, "of sequences: last items of a history that are shown", {1.0, 65536.0, {}, false});
  v.value("batch_size", c.batch_size, "most requests in a call", {1.0, 65536.0, {}, false});
}

/// Reads the `parameters` of a model of kind "torchscript" before any data is read. Throws ConfigError with the place
/// of an unknown key, and for sequence keys beside a matrix.
TorchScriptConfig read_torchscript_config(const ConfigNode& parameters);

/// Loads the script in the module of neural models; paths of `config` are resolved. Throws as open_user_script() and
/// read_item_order() do.
std::unique_ptr<Recommender> make_torchscript(const std::string& name, const TorchScriptConfig& config,
                                              const Dataset& dataset, const reference_models::TopKOptions& top_k);

/// The script as the module wants it, with what a report says of it.
reference_models::UserScript describe_script(const std::string& name, const TorchScriptConfig& config,
                                             const Dataset& dataset, const reference_models::TopKOptions& top_k);

}  // namespace recgauge::adapters
