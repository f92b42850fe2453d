#include "reports/console/console_verdict.h"

#include <fmt/format.h>

#include "harness/system/terminal_text.h"

namespace recgauge::reports {
namespace {

std::string coloured(GateStatus status, const ConsoleStyle& style) {
  constexpr const char* kColours[] = {"32", "31", "33"};
  constexpr const char* kWords[] = {"pass", "FAIL", "INCONCLUSIVE"};
  const auto which = static_cast<size_t>(status);
  if (style.colour == Colour::off) return kWords[which];
  return fmt::format("\033[{}m{}\033[0m", kColours[which], kWords[which]);
}

}  // namespace

std::string to_console(const Verdict& verdict, const ConsoleStyle& style) {
  std::string text =
      fmt::format("verdict: {} under the policy {}\n", coloured(verdict.status, style), printable(verdict.policy));
  for (const GateResult& gate : verdict.gates) {
    text +=
        fmt::format("\n  {}  {} ({})\n", coloured(gate.status, style), printable(gate.name), printable(gate.system));
    text += wrapped(printable(gate.gate), style.width, "    ");
    text += wrapped(printable(gate.explanation), style.width, "    ");
  }
  return text;
}

}  // namespace recgauge::reports
