#include "reference_models/neural_kinds/neural_module.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <recgauge_module_build.h>

#include <cstring>

#include "reference_models/neural_kinds/neural_kinds.h"

namespace recgauge::reference_models {
namespace {

constexpr const char* kRemedy =
    "install the program with its modules (cmake --install), or build it where libtorch is (Debian: libtorch-dev)";

std::string last_loader_error() {
  const char* text = dlerror();
  return text == nullptr ? "unknown error" : text;
}

}  // namespace

std::filesystem::path neural_module_path() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) throw SystemError("cannot find the running program through /proc/self/exe: " + error.message());
  return program.parent_path().parent_path() / "lib/recgauge/librecgauge_neural.so";
}

const NeuralModuleInterface& open_neural_module(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) {
    throw SystemError(fmt::format("neural models need the module {}, which is not there; {}", path.string(), kRemedy));
  }
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw SystemError(
        fmt::format("the module {} cannot be loaded: {}; {}", path.string(), last_loader_error(), kRemedy));
  }
  const auto function = reinterpret_cast<NeuralModuleFunction>(dlsym(handle, kNeuralModuleFunction));
  if (function == nullptr) {
    throw SystemError(fmt::format("{} is no module of recgauge; {}", path.string(), kRemedy));
  }
  const NeuralModuleInterface& module = *function();
  if (std::strcmp(module.build, RECGAUGE_MODULE_BUILD) != 0) {
    throw SystemError(fmt::format("the module {} is of build {}, the program of build {}; {}", path.string(),
                                  module.build, RECGAUGE_MODULE_BUILD, kRemedy));
  }
  return module;
}

std::unique_ptr<ScoreModel> make_neural_model(const std::string& kind,
                                              const std::map<std::string, std::string>& parameters) {
  const ModelKind* known = find_neural_kind(kind);
  if (known == nullptr) throw ConfigError(fmt::format("unknown neural model '{}'", kind));
  const ModelParameters checked(*known, parameters);
  return std::unique_ptr<ScoreModel>(open_neural_module(neural_module_path()).make(*known, checked));
}

}  // namespace recgauge::reference_models
