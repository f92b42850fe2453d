#include "tests/reference_models/neural/script_file.h"

#include <torch/csrc/jit/api/module.h>

namespace recgauge::reference_models {

void save_script(const std::string& method, const std::filesystem::path& path) {
  torch::jit::Module module("Model");
  module.define(method);
  module.save(path.string());
}

}  // namespace recgauge::reference_models
