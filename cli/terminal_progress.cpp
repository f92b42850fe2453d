#include "cli/terminal_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include "harness/system/text.h"

namespace recgauge::cli {

using namespace std::chrono_literals;

std::string clock_text(double seconds) {
  const auto whole = static_cast<uint64_t>(seconds + 0.5);
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::string TerminalProgress::describe(uint64_t done, uint64_t total, double seconds) {
  std::string text = with_separators(done);
  if (total > 0) text += fmt::format("/{} {} %", with_separators(total), 100 * done / total);
  if (done > 0 && seconds > 0) {
    const double rate = static_cast<double>(done) / seconds;
    text += rate >= 10 ? fmt::format(", {}/s", with_separators(static_cast<uint64_t>(rate)))
                       : fmt::format(", {:.1f}/s", rate);
    if (total > done) text += fmt::format(", {} left", clock_text(static_cast<double>(total - done) / rate));
  }
  return text;
}

TerminalProgress::Style TerminalProgress::style_of(int file_descriptor) {
  return isatty(file_descriptor) != 0 ? Style::rewritten_line : Style::plain_lines;
}

TerminalProgress::Style TerminalProgress::style_unless(bool quiet) {
  return quiet ? Style::silent : style_of(STDERR_FILENO);
}

void TerminalProgress::begin(const std::string& stage, uint64_t total) {
  stage_ = stage;
  total_ = total;
  done_ = 0;
  began_ = shown_ = clock_.now();
  if (style_ == Style::rewritten_line) show(stage_ + " …");
}

void TerminalProgress::advance(uint64_t done) {
  done_ = done;
  const auto now = clock_.now();
  if (now - shown_ < (style_ == Style::rewritten_line ? 100ms : 10s)) return;
  shown_ = now;
  show(fmt::format("{}: {}", stage_, describe(done_, total_, elapsed())));
}

void TerminalProgress::end() {
  const std::string what = done_ > 0 ? fmt::format(": {}", describe(done_, 0, elapsed())) : "";
  const std::string text = fmt::format("{}{} ({})", stage_, what, clock_text(elapsed()));
  show(text);
  if (style_ == Style::rewritten_line) std::fputs("\n", out_);
  std::fflush(out_);
}

double TerminalProgress::elapsed() const { return std::chrono::duration<double>(clock_.now() - began_).count(); }

void TerminalProgress::show(const std::string& text) {
  if (style_ == Style::silent) return;
  if (style_ == Style::rewritten_line) {
    fmt::print(out_, "\r\033[K{}", text);
  } else {
    fmt::print(out_, "{}\n", text);
  }
  std::fflush(out_);
}

}  // namespace recgauge::cli
