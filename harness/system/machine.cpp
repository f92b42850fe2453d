#include "harness/system/machine.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

namespace recgauge {
namespace {

// The text after "key<blanks>:<blanks>" or "key=" in a file of such lines.
std::string line_value(const char* file, const std::string& key, char separator) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key)) continue;
    const size_t begin = line.find_first_not_of(" \t\"", line.find(separator) + 1);
    if (begin == std::string::npos) return "";
    return line.substr(begin, line.find_last_not_of(" \t\"") + 1 - begin);
  }
  return "";
}

}  // namespace

std::map<std::string, std::string> machine_facts() {
  std::map<std::string, std::string> facts;
  facts["processor"] = line_value("/proc/cpuinfo", "model name", ':');
  facts["cores"] = std::to_string(std::thread::hardware_concurrency());
  const double bytes = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
  facts["memory"] = fmt::format("{:.1f} GiB", bytes / (1024.0 * 1024.0 * 1024.0));
  facts["system"] = line_value("/etc/os-release", "PRETTY_NAME", '=');
  utsname name{};
  if (uname(&name) == 0) facts["kernel"] = fmt::format("{} {} {}", name.sysname, name.release, name.machine);
#ifdef NDEBUG
  const char* build = "optimised";
#else
  const char* build = "with assertions";
#endif
#ifdef __clang__
  facts["compiler"] = fmt::format("clang {}, {}", __clang_version__, build);
#else
  facts["compiler"] = fmt::format("gcc {}, {}", __VERSION__, build);
#endif
  return facts;
}

std::string utc_now() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

uint64_t peak_resident_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  uint64_t total = 0;
  uint64_t resident = 0;
  file >> total >> resident;
  return file ? resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

std::chrono::nanoseconds process_cpu_time() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace recgauge
