// Makes TorchScript files for tests that read no libtorch header, whose macros are named like doctest's.
#pragma once

#include <filesystem>
#include <string>

namespace recgauge::reference_models {

/// Compiles a method of a module, written in the language that torch.jit.script reads, and saves the module.
void save_script(const std::string& method, const std::filesystem::path& path);

}  // namespace recgauge::reference_models
