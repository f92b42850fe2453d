#include "reference_models/neural_kinds/neural_module.h"

#include <fmt/format.h>
#include <recgauge_module_build.h>
#include <stdlib.h>

#include "harness/system/module.h"
#include "reference_models/neural_kinds/neural_kinds.h"

namespace recgauge::reference_models {
namespace {

constexpr ModuleUse kUse{
    kNeuralModuleFunction, RECGAUGE_MODULE_BUILD, "neural models",
    "install the program with its modules (cmake --install), or build it where libtorch is (Debian: libtorch-dev)"};

}  // namespace

std::filesystem::path neural_module_path() { return module_path("librecgauge_neural.so"); }

const NeuralModuleInterface& open_neural_module(const std::filesystem::path& path) {
  // libtorch's threads wait for each other by spinning unless told otherwise, which multiplies the time of training
  // where other programs run beside. The library reads this when it is loaded; a user's own choice stands.
  setenv("OMP_WAIT_POLICY", "passive", 0);
  return *static_cast<const NeuralModuleInterface*>(open_module(path, kUse));
}

std::unique_ptr<ScoreModel> make_neural_model(const std::string& kind,
                                              const std::map<std::string, std::string>& parameters) {
  const ModelKind* known = find_neural_kind(kind);
  if (known == nullptr) throw ConfigError(fmt::format("unknown neural model '{}'", kind));
  const ModelParameters checked(*known, parameters);
  return std::unique_ptr<ScoreModel>(open_neural_module(neural_module_path()).make(*known, checked));
}

FactorMatrix encode_with_script(const std::string& path, std::span<const std::string> texts) {
  return open_neural_module(neural_module_path()).encode_texts(path, texts);
}

std::unique_ptr<Recommender> open_user_script(const UserScript& script) {
  return std::unique_ptr<Recommender>(open_neural_module(neural_module_path()).open_script(script));
}

}  // namespace recgauge::reference_models
