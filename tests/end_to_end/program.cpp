#include "tests/end_to_end/program.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace recgauge::end_to_end {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

Scratch::Scratch() {
  std::string name = (std::filesystem::temp_directory_path() / "recgauge-test-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  path_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Scratch::file(const std::string& name, const std::string& content) const {
  std::filesystem::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << content;
  return (path_ / name).string();
}

Process::Process(const std::vector<std::string>& arguments, const std::filesystem::path& folder) : folder_(folder) {
  pid_ = fork();
  REQUIRE(pid_ >= 0);
  if (pid_ > 0) return;
  std::vector<char*> argv{const_cast<char*>(RECGAUGE_PROGRAM)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const int out = open((folder / ".stdout").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0644);
  const int err = open((folder / ".stderr").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0644);
  if (chdir(folder.c_str()) != 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) _exit(126);
  execv(RECGAUGE_PROGRAM, argv.data());
  _exit(127);
}

void Process::send(int signal) const { kill(pid_, signal); }

bool Process::is_running() {
  if (!ended_) ended_ = waitpid(pid_, &status_, WNOHANG) == pid_;
  return !ended_;
}

Outcome Process::wait() {
  if (!ended_) ended_ = waitpid(pid_, &status_, 0) == pid_;
  Outcome outcome;
  outcome.exit_code = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
  outcome.output = content_of(folder_ / ".stdout");
  outcome.errors = content_of(folder_ / ".stderr");
  return outcome;
}

Outcome run_program(const std::vector<std::string>& arguments, const std::filesystem::path& folder) {
  return Process(arguments, folder).wait();
}

nlohmann::json comparable_report(const std::filesystem::path& run_folder) {
  nlohmann::json report = nlohmann::json::parse(content_of(run_folder / "report.json"));
  report.erase("timing");
  report.erase("environment");
  return report;
}

double measured(const nlohmann::json& report, const std::string& id) {
  for (const auto& suite : report.at("suites")) {
    for (const auto& measurement : suite.at("measurements")) {
      if (measurement.at("id") == id) return measurement.at("value").get<double>();
    }
  }
  FAIL("no measurement is named " << id);
  return 0.0;
}

}  // namespace recgauge::end_to_end
