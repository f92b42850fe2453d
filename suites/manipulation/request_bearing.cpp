#include <array>

#include "harness/system/text.h"
#include "suites/manipulation/endpoint_hardening.h"

namespace recgauge::suites::manipulation {
namespace {

constexpr std::array kTracesOfTheInside{
    std::string_view("Traceback (most recent call last)"),
    std::string_view("Exception in thread"),
    std::string_view("\tat java."),
    std::string_view("at org.springframework"),
    std::string_view("System.NullReferenceException"),
    std::string_view("goroutine 1 ["),
    std::string_view("panic: "),
    std::string_view("node_modules/"),
    std::string_view("site-packages/"),
    std::string_view("thread 'main' panicked"),
    std::string_view("Segmentation fault"),
    std::string_view("terminate called after throwing"),
    std::string_view("Werkzeug Debugger"),
    std::string_view("SQLSTATE["),
    std::string_view("You have an error in your SQL syntax"),
    std::string_view("syntax error at or near"),
    std::string_view("unterminated quoted string"),
    std::string_view("sqlite3.OperationalError"),
    std::string_view("ORA-01756"),
    std::string_view("psycopg2."),
    std::string_view("root:x:0:0:"),
};

struct Parts {
  std::string head;  // in lower case, with the status line
  std::string_view body;
};

Parts parts_of(std::string_view answer) {
  const size_t end = answer.find("\r\n\r\n");
  if (end == std::string_view::npos) return {lower_case(answer), {}};
  return {lower_case(answer.substr(0, end)), answer.substr(end + 4)};
}

// A browser runs what is HTML, or is not said to be anything else.
bool is_shown_as_page(const std::string& head) {
  return head.find("\r\ncontent-type:") == std::string::npos || head.find("text/html") != std::string::npos;
}

bool is_clean_error(HostileKind kind, int status) {
  // "Not implemented" and "version not supported" are the errors for these.
  if (kind == HostileKind::unknown_method && status == 501) return true;
  if (kind == HostileKind::unknown_version && status == 505) return true;
  return status >= 400 && status < 500;
}

}  // namespace

std::string_view to_string(Bearing bearing) {
  constexpr std::string_view kNames[] = {"shows its inside", "is down afterwards", "hangs",    "fails (5xx)",
                                         "breaks off",       "answers no HTTP",    "accepted", "clean"};
  return kNames[static_cast<size_t>(bearing)];
}

std::string leak_in(HostileKind kind, std::string_view answer, std::string_view meant) {
  const Parts parts = parts_of(answer);
  for (const std::string_view trace : kTracesOfTheInside) {
    const bool is_new = meant.find(trace) == std::string_view::npos;
    if (is_new && answer.find(trace) != std::string_view::npos) return std::string(trace);
  }
  const auto holds = [&](std::string_view text) { return parts.body.find(text) != std::string_view::npos; };
  if (kind == HostileKind::template_expression && holds(kEvaluatedExpression)) {
    return std::string(kEvaluatedExpression) + ", which the expression comes to";
  }
  const std::string injected = "\n" + lower_case(kInjectedHeader) + ":";
  if (kind == HostileKind::control_characters && parts.head.find(injected) != std::string::npos) {
    return "the header " + std::string(kInjectedHeader) + ", which was sent in a name";
  }
  if (kind == HostileKind::markup && holds(hostile_text(kind)) && is_shown_as_page(parts.head)) {
    return "the script element that was sent, in a page that a browser would run";
  }
  return "";
}

Bearing judge(HostileKind kind, const Response& answer, const Response* after, const Response& meant) {
  if (!leak_in(kind, answer.text, meant.text).empty()) return Bearing::leak;
  if (after == nullptr || status_of(*after) != status_of(meant)) return Bearing::down;
  if (answer.outcome == Outcome::timeout) return Bearing::hang;
  if (answer.outcome == Outcome::transport_error) return Bearing::broken_off;
  const int status = status_of(answer);
  if (status == 0) return Bearing::no_http;
  if (is_clean_error(kind, status)) return Bearing::clean;
  if (status >= 500) return Bearing::server_error;
  return info_of(kind).may_be_answered ? Bearing::clean : Bearing::accepted;
}

}  // namespace recgauge::suites::manipulation
