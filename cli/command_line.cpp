#include "cli/command_line.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "harness/system/error.h"

namespace recgauge::cli {

ConfiguredRun read_run_config(const std::string& path, const std::string& data_folder,
                              const std::function<void(RunConfig&)>& change) {
  ConfiguredRun run;
  run.roots.config_folder = std::filesystem::path(path).parent_path();
  if (run.roots.config_folder.empty()) run.roots.config_folder = ".";
  run.roots.data_folder = data_folder.empty() ? default_data_folder() : std::filesystem::path(data_folder);
  run.config = path.empty() ? embedded_run_config() : load_run_config(path);
  if (change) change(run.config);
  resolve_paths(run.config, run.roots);
  return run;
}

reports::ConsoleStyle console_style() {
  reports::ConsoleStyle style;
  if (isatty(STDOUT_FILENO) == 0) return style;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) style.width = size.ws_col;
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour == nullptr || *no_colour == '\0') style.colour = reports::Colour::on;
  return style;
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return;
  if (errno == EPIPE) std::_Exit(static_cast<int>(ExitCode::pass));
  throw SystemError("cannot write to standard output: " + std::string(std::strerror(errno)));
}

}  // namespace recgauge::cli
