// The folder of a run: what may be done to a run that lies there, and that two processes never write into one.
#include "cli/run_folder.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/system/error.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::cli;
using scripted::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

// Goes to another working folder for as long as it lives.
class WorkingFolder {
 public:
  explicit WorkingFolder(const fs::path& path) : before_(fs::current_path()) { fs::current_path(path); }
  ~WorkingFolder() { fs::current_path(before_); }
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;

 private:
  fs::path before_;
};

}  // namespace

TEST_CASE("a fresh run creates its folder and is refused where a run lies") {
  const TemporaryFolder base;
  {
    const RunFolder folder(base / "a/b", FolderUse::fresh);
    CHECK(fs::is_directory(base / "a/b"));
    CHECK(folder.observations() == base / "a/b/observations.sqlite");
    CHECK(folder.report("html") == base / "a/b/report.html");
  }
  CHECK_NOTHROW(RunFolder(base / "a/b", FolderUse::fresh));
  base.write("a/b/observations.sqlite", "");
  CHECK_THROWS_WITH_AS(RunFolder(base / "a/b", FolderUse::fresh), doctest::Contains("--resume goes on with it"),
                       ConfigError);
}

TEST_CASE("resuming needs a run and keeps it") {
  const TemporaryFolder base;
  CHECK_THROWS_WITH_AS(RunFolder(base / "none", FolderUse::resume), doctest::Contains("no run to resume"), ConfigError);
  CHECK_FALSE(fs::exists(base / "none"));
  base.write("a/observations.sqlite", "kept");
  base.write("a/report.json", "kept");
  { const RunFolder folder(base / "a", FolderUse::resume); }
  CHECK(fs::file_size(base / "a/observations.sqlite") == 4);
  CHECK(fs::exists(base / "a/report.json"));
}

TEST_CASE("overwriting removes the files of a run and no others") {
  const TemporaryFolder base;
  for (const char* file : {"observations.sqlite", "observations.sqlite-wal", "observations.sqlite-shm", "report.json",
                           "report.html", "notes.txt"}) {
    base.write(std::string("a/") + file, "x");
  }
  const RunFolder folder(base / "a", FolderUse::overwrite);
  for (const char* file :
       {"observations.sqlite", "observations.sqlite-wal", "observations.sqlite-shm", "report.json", "report.html"}) {
    CHECK_FALSE(fs::exists(folder.path() / file));
  }
  CHECK(fs::exists(folder.path() / "notes.txt"));
}

TEST_CASE("a folder that another process holds is refused in every use, and nothing in it is touched") {
  const TemporaryFolder base;
  base.write("a/observations.sqlite", "kept");
  int ready[2];
  int done[2];
  REQUIRE(pipe(ready) == 0);
  REQUIRE(pipe(done) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    close(done[1]);
    int status = 1;
    try {
      const RunFolder folder(base / "a", FolderUse::resume);
      char byte = 'x';
      status = write(ready[1], &byte, 1) == 1 && read(done[0], &byte, 1) == 0 ? 0 : 1;
    } catch (...) {
      status = 2;
    }
    _exit(status);
  }
  char byte = 0;
  REQUIRE(read(ready[0], &byte, 1) == 1);
  for (const FolderUse use : {FolderUse::resume, FolderUse::overwrite}) {
    CHECK_THROWS_WITH_AS(RunFolder(base / "a", use), doctest::Contains("another recgauge is writing"), ConfigError);
  }
  CHECK(fs::exists(base / "a/observations.sqlite"));
  close(done[1]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK_NOTHROW(RunFolder(base / "a", FolderUse::resume));
  for (const int end : {ready[0], ready[1], done[0]}) close(end);
}

TEST_CASE("a folder whose holder was killed is free again") {
  const TemporaryFolder base;
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto* folder = new RunFolder(base / "a", FolderUse::fresh);
    _exit(folder == nullptr ? 1 : 0);  // without the destructor, as after a kill
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(fs::exists(base / "a/.lock"));
  CHECK_NOTHROW(RunFolder(base / "a", FolderUse::fresh));
}

TEST_CASE("a place that cannot be a folder is a clear error") {
  const TemporaryFolder base;
  base.write("file", "x");
  CHECK_THROWS_WITH_AS(RunFolder(base / "file", FolderUse::fresh), doctest::Contains("file"), SystemError);
  CHECK_THROWS_AS(RunFolder(base / "file/below", FolderUse::fresh), SystemError);
  CHECK_THROWS_AS(RunFolder("/proc/recgauge", FolderUse::fresh), SystemError);
}

TEST_CASE("without a name the first free number is taken, or the newest run to go on with") {
  const TemporaryFolder base;
  const WorkingFolder here(base.path());
  CHECK(RunFolder::choose("world", FolderUse::fresh) == "recgauge-runs/world-1");
  CHECK(RunFolder::choose("world", FolderUse::resume) == "recgauge-runs/world-1");
  base.write("recgauge-runs/world-1/x", "");
  base.write("recgauge-runs/world-2/x", "");
  CHECK(RunFolder::choose("world", FolderUse::fresh) == "recgauge-runs/world-3");
  CHECK(RunFolder::choose("world", FolderUse::resume) == "recgauge-runs/world-2");
  CHECK(RunFolder::choose("other", FolderUse::fresh) == "recgauge-runs/other-1");
}
