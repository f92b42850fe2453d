// Progress for a person: what the lines say, and how often they come.
#include "cli/terminal_progress.h"

#include <doctest/doctest.h>

#include "harness/system/whole_file.h"
#include "tests/scripted/scripted_recommender.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::cli;
using namespace std::chrono_literals;

namespace {

// A file that progress is written to.
class Output {
 public:
  Output() : file_(std::fopen((folder_ / "out").c_str(), "w")) {}
  ~Output() { std::fclose(file_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  std::FILE* file() const { return file_; }
  std::string text() const {
    std::fflush(file_);
    return read_whole_file(folder_ / "out");
  }

 private:
  scripted::TemporaryFolder folder_;
  std::FILE* file_;
};

}  // namespace

TEST_CASE("clock_text: minutes and seconds, hours where there are some, rounded") {
  CHECK(clock_text(0) == "0:00");
  CHECK(clock_text(7.4) == "0:07");
  CHECK(clock_text(7.5) == "0:08");
  CHECK(clock_text(59.6) == "1:00");
  CHECK(clock_text(750) == "12:30");
  CHECK(clock_text(3599.5) == "1:00:00");
  CHECK(clock_text(3723) == "1:02:03");
  CHECK(clock_text(360000) == "100:00:00");
}

TEST_CASE("describe says what is known: count, share, rate, time left") {
  CHECK(TerminalProgress::describe(1234, 10000, 2.938095) == "1,234/10,000 12 %, 420/s, 0:21 left");
  CHECK(TerminalProgress::describe(0, 10, 0) == "0/10 0 %");
  CHECK(TerminalProgress::describe(0, 10, 5) == "0/10 0 %");
  CHECK(TerminalProgress::describe(5, 10, 0) == "5/10 50 %");
  CHECK(TerminalProgress::describe(10, 10, 4) == "10/10 100 %, 2.5/s");
  CHECK(TerminalProgress::describe(12345, 0, 1) == "12,345, 12,345/s");
  CHECK(TerminalProgress::describe(3, 0, 2) == "3, 1.5/s");
}

TEST_CASE("plain lines: one at the end, and one every ten seconds in between") {
  const Output out;
  scripted::HeldClock clock;
  TerminalProgress progress(out.file(), TerminalProgress::Style::plain_lines, clock);
  progress.begin("asking", 1000);
  progress.advance(100);
  clock.advance(9s);
  progress.advance(200);
  clock.advance(1s);
  progress.advance(250);
  clock.advance(1s);
  progress.advance(300);
  CHECK(out.text() == "asking: 250/1,000 25 %, 25/s, 0:30 left\n");
  clock.advance(1s);
  progress.end();
  CHECK(out.text() == "asking: 250/1,000 25 %, 25/s, 0:30 left\nasking: 300, 25/s (0:12)\n");
}

TEST_CASE("a rewritten line returns to the start of the line and ends with a line end") {
  const Output out;
  scripted::HeldClock clock;
  TerminalProgress progress(out.file(), TerminalProgress::Style::rewritten_line, clock);
  progress.begin("training", 0);
  progress.advance(1);
  clock.advance(2s);
  progress.end();
  const std::string start = "\r\033[K";
  CHECK(out.text() == start + "training \xE2\x80\xA6" + start + "training: 1, 0.5/s (0:02)\n");
}

TEST_CASE("a second stage starts from zero") {
  const Output out;
  scripted::HeldClock clock;
  TerminalProgress progress(out.file(), TerminalProgress::Style::plain_lines, clock);
  progress.begin("first", 5);
  progress.advance(5);
  clock.advance(5s);
  progress.end();
  progress.begin("second", 0);
  clock.advance(1s);
  progress.end();
  CHECK(out.text() == "first: 5, 1.0/s (0:05)\nsecond (0:01)\n");
}
