// Opens the module of neural models (libtorch behind it) when a model of it is made, and not before: the program starts
// and runs everything else without it.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "reference_models/neural_kinds/module_interface.h"

namespace recgauge::reference_models {

/// Where the module is looked for: lib/recgauge beside the folder of the running program.
std::filesystem::path neural_module_path();

/// Opens the module at `path` for the rest of the process. Throws SystemError with the remedy where there is none,
/// where it cannot be loaded, and where it is of another build.
const NeuralModuleInterface& open_neural_module(const std::filesystem::path& path);

/// Makes an untrained neural model, with the module at neural_module_path(). Throws ConfigError for unknown kinds, bad
/// parameters and devices that are not there, SystemError as open_neural_module().
std::unique_ptr<ScoreModel> make_neural_model(const std::string& kind,
                                              const std::map<std::string, std::string>& parameters);

/// Loads a TorchScript file, with the module at neural_module_path(). Throws DataError for files that are none,
/// ConfigError for other signatures, SystemError as open_neural_module().
std::unique_ptr<Recommender> open_user_script(const UserScript& script);

/// Vectors of texts, a row each, by a TorchScript file of the user's own, with the module at neural_module_path().
/// Throws DataError for files that are none and for answers that are no such matrix of finite numbers, ConfigError for
/// other signatures, SystemError as open_neural_module().
FactorMatrix encode_with_script(const std::string& path, std::span<const std::string> texts);

}  // namespace recgauge::reference_models
