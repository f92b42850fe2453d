// Progress for a person: a line that is rewritten on a terminal, and now and then a plain line elsewhere.
#pragma once

#include <cstdio>
#include <string>

#include "harness/run/clock.h"
#include "harness/system/progress.h"

namespace recgauge::cli {

class TerminalProgress : public ProgressListener {
 public:
  enum class Style { rewritten_line, plain_lines, silent };

  /// A line that is rewritten where the file descriptor is a terminal.
  static Style style_of(int file_descriptor);
  /// The style for standard error, or silence where it is wanted.
  static Style style_unless(bool quiet);

  TerminalProgress(std::FILE* out, Style style, const Clock& clock) : out_(out), style_(style), clock_(clock) {}

  void begin(const std::string& stage, uint64_t total) override;
  void expect(uint64_t total) override { total_ = total; }
  void advance(uint64_t done) override;
  void end() override;

  /// "1,234/10,000 12 %, 420/s, 0:21 left", as far as it is known.
  static std::string describe(uint64_t done, uint64_t total, double seconds);

 private:
  double elapsed() const;
  void show(const std::string& text);

  std::FILE* out_;
  Style style_;
  const Clock& clock_;
  std::string stage_;
  uint64_t total_ = 0;
  uint64_t done_ = 0;
  std::chrono::nanoseconds began_{0};
  std::chrono::nanoseconds shown_{0};
};

/// "0:07", "12:30", "1:02:03".
std::string clock_text(double seconds);

}  // namespace recgauge::cli
