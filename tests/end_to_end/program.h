// Runs the real program as a user would, and keeps what it said.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace recgauge::end_to_end {

/// A folder of its own for one test, removed afterwards.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::filesystem::path path() const { return path_; }
  /// Writes a file below the folder and returns its path.
  std::string file(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

struct Outcome {
  int exit_code = -1;  ///< 128 + signal when it was killed
  std::string output;
  std::string errors;
};

/// A started program; its output goes to files below `folder`.
class Process {
 public:
  Process(const std::vector<std::string>& arguments, const std::filesystem::path& folder);
  void send(int signal) const;
  bool is_running();
  Outcome wait();

 private:
  std::filesystem::path folder_;
  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

/// recgauge with these arguments, in `folder`.
Outcome run_program(const std::vector<std::string>& arguments, const std::filesystem::path& folder);

/// report.json of a run without what two equal runs may differ in.
nlohmann::json comparable_report(const std::filesystem::path& run_folder);

/// The value of a measurement by id.
double measured(const nlohmann::json& report, const std::string& id);

}  // namespace recgauge::end_to_end
