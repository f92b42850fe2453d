// Whether an endpoint bears oversized, malformed and hostile requests: clean errors, no failure, nothing of its inside.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/run/hostile_requests.h"
#include "suites/manipulation/report_parts.h"

namespace recgauge::suites::manipulation {

inline constexpr const char* kHardeningProbe = "broken requests";

/// What became of a broken request; the first that applies.
enum class Bearing : uint8_t {
  leak,          ///< the answer shows something of the inside, or carries out what was sent
  down,          ///< a request as it is meant is not answered as before afterwards
  hang,          ///< no whole answer in time
  server_error,  ///< a status from 500
  broken_off,    ///< the connection ended without an answer
  no_http,       ///< an answer that is no HTTP
  accepted,      ///< answered as if nothing were wrong, where something is
  clean,         ///< an error from 400 to 499, or an answer where that is as good
};
std::string_view to_string(Bearing bearing);

/// Which trace of the inside an answer holds, quoted; empty for none: traces of programs, errors of databases, files of
/// the system, an evaluated expression, a header that was sent in, markup that a browser would run. `meant` is the
/// answer to the request as it is meant: what it holds as well is no trace.
std::string leak_in(HostileKind kind, std::string_view answer, std::string_view meant);

/// `after` is the answer to the request as it is meant after the broken one, null where there is none; `meant` the one
/// before all of them.
Bearing judge(HostileKind kind, const Response& answer, const Response* after, const Response& meant);

std::vector<Probe> hardening_probes(const ManipulationConfig& config, const SuiteContext& context);

/// Adds, for each endpoint that may be sent such requests, the share that it bears by group, a finding for each way in
/// which it does not, and a table of all answers.
void add_hardening(const Assessing& assessing);

}  // namespace recgauge::suites::manipulation
