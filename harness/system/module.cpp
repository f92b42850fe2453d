#include "harness/system/module.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstring>

#include "harness/system/error.h"

namespace recgauge {
namespace {

std::string last_loader_error() {
  const char* text = dlerror();
  return text == nullptr ? "unknown error" : text;
}

}  // namespace

std::filesystem::path module_path(const char* file) {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) throw SystemError("cannot find the running program through /proc/self/exe: " + error.message());
  return program.parent_path().parent_path() / "lib/recgauge" / file;
}

const void* open_module(const std::filesystem::path& path, const ModuleUse& use) {
  if (!std::filesystem::exists(path)) {
    throw SystemError(
        fmt::format("{} need the module {}, which is not there; {}", use.user, path.string(), use.remedy));
  }
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw SystemError(
        fmt::format("the module {} cannot be loaded: {}; {}", path.string(), last_loader_error(), use.remedy));
  }
  const auto function = reinterpret_cast<const void* (*)()>(dlsym(handle, use.function));
  if (function == nullptr) {
    throw SystemError(fmt::format("{} is no module of recgauge; {}", path.string(), use.remedy));
  }
  const void* module = function();
  const char* build = *static_cast<const char* const*>(module);
  if (std::strcmp(build, use.build) != 0) {
    throw SystemError(fmt::format("the module {} is of build {}, the program of build {}; {}", path.string(), build,
                                  use.build, use.remedy));
  }
  return module;
}

}  // namespace recgauge
