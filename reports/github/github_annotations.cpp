#include "reports/github/github_annotations.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/system/text.h"

namespace recgauge::reports {
namespace {

const char* command_for(GateStatus status) {
  constexpr const char* kCommands[] = {"notice", "error", "warning"};
  return kCommands[static_cast<size_t>(status)];
}

std::string annotation(GateStatus status, std::string_view title, std::string_view message) {
  return fmt::format("::{} title={}::{}\n", command_for(status), escape_github_property(title),
                     escape_github_message(message));
}

std::string escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const auto [value, length] = code_point_at(text, at);
    at += length;
    if (value < 0x80 && special.find(static_cast<char>(value)) != std::string_view::npos) {
      result += fmt::format("%{:02X}", static_cast<unsigned>(value));
    } else {
      // Escape sequences would reach the terminal that shows the log.
      append_code_point(result, (value < 0x20 && value != U'\t') || value == 0x7F ? U'\uFFFD' : value);
    }
  }
  return result;
}

}  // namespace

std::string escape_github_message(std::string_view text) { return escaped(text, "%\r\n"); }
std::string escape_github_property(std::string_view text) { return escaped(text, "%\r\n:,"); }

std::string to_github(const Verdict& verdict, std::string_view run) {
  const auto count = [&](GateStatus status) {
    return std::count_if(verdict.gates.begin(), verdict.gates.end(),
                         [&](const GateResult& gate) { return gate.status == status; });
  };
  std::string text = annotation(verdict.status, fmt::format("recgauge: {}", to_string(verdict.status)),
                                fmt::format("{} under the policy {}: {} of {} gates pass, {} fail, {} inconclusive",
                                            run, verdict.policy, count(GateStatus::pass), verdict.gates.size(),
                                            count(GateStatus::fail), count(GateStatus::inconclusive)));
  for (const GateStatus status : {GateStatus::fail, GateStatus::inconclusive}) {
    for (const GateResult& gate : verdict.gates) {
      if (gate.status != status) continue;
      text += annotation(status, fmt::format("{}: {}", to_string(status), gate.name),
                         fmt::format("{}: {}", gate.gate, gate.explanation));
    }
  }
  return text;
}

}  // namespace recgauge::reports
