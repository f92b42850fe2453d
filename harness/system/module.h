// Parts of the program that bring large libraries with them are modules: opened when they are needed, so that
// everything else starts without these.
#pragma once

#include <filesystem>

namespace recgauge {

/// Where a module is looked for: lib/recgauge beside the folder of the running program.
std::filesystem::path module_path(const char* file);

struct ModuleUse {
  const char* function = "";  ///< the one that it exports, of the type const void*()
  const char* build = "";     ///< of the program: what the function returns begins with a pointer to the module's own
  const char* user = "";      ///< for messages: who needs it, "neural models"
  const char* remedy = "";
};

/// What the module's function returns; the module stays open for the rest of the process. Throws SystemError with the
/// remedy where there is none, where it cannot be loaded, and where it is of another build.
const void* open_module(const std::filesystem::path& path, const ModuleUse& use);

}  // namespace recgauge
