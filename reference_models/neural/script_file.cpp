#include "reference_models/neural/script_file.h"

#include <fmt/format.h>
#include <torch/csrc/jit/serialization/import.h>

#include "harness/system/error.h"
#include "harness/system/terminal_text.h"

namespace recgauge::reference_models {

torch::jit::Module load_script(const std::string& path) {
  try {
    torch::jit::Module module = torch::jit::load(path, torch::kCPU);
    module.eval();
    return module;
  } catch (const std::exception& error) {
    throw DataError(
        fmt::format("{} cannot be read as TorchScript ({}); write it with torch.jit.save, not with torch.save, and "
                    "check that it was copied whole",
                    path, script_failure(error)));
  }
}

std::string script_failure(const std::exception& error) {
  const auto* ours = dynamic_cast<const c10::Error*>(&error);
  std::string text = ours != nullptr ? ours->what_without_backtrace() : error.what();
  text.erase(text.find_last_not_of(" \n\r\t") + 1);
  if (const size_t line = text.rfind('\n'); line != std::string::npos) text.erase(0, line + 1);
  return printable(text, kLongestReason);
}

std::string shape_of(const torch::Tensor& tensor) { return fmt::format("[{}]", fmt::join(tensor.sizes(), ", ")); }

}  // namespace recgauge::reference_models
