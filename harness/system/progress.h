// What a long piece of work (a run, a download) tells about itself while it goes on.
#pragma once

#include <cstdint>
#include <string>

namespace recgauge {

/// Receives progress; calls come from one thread.
class ProgressListener {
 public:
  virtual ~ProgressListener() = default;
  /// A stage begins: "training ease", "asking ease: ranking". `total` is 0 where it is not known.
  virtual void begin(const std::string& stage, uint64_t total) = 0;
  /// The total of the stage that has begun becomes known.
  virtual void expect(uint64_t) {}
  virtual void advance(uint64_t done) = 0;
  virtual void end() = 0;
};

/// Says nothing.
class SilentProgress : public ProgressListener {
 public:
  void begin(const std::string&, uint64_t) override {}
  void advance(uint64_t) override {}
  void end() override {}
};

}  // namespace recgauge
