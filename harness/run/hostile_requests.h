// Requests that are broken on purpose: what kinds there are, who may be sent them, and how the answers are kept as they
// came, so that a suite can tell whether an endpoint bears them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "harness/run/execute.h"
#include "harness/run/observation_store.h"

namespace recgauge {

struct LoadProfile;  // harness/run/load.h

enum class HostileKind : uint8_t {
  huge_body,
  long_address,
  huge_header,
  many_headers,
  deep_nesting,
  long_user,
  huge_k,
  cut_body,
  empty_body,
  no_json,
  wrong_types,
  broken_utf8,
  two_lengths,
  negative_length,
  bad_chunk,
  unknown_method,
  unknown_version,
  negative_k,
  markup,
  quotes,
  parent_folders,
  template_expression,
  control_characters,
  format_directives,
};

enum class HostileGroup : uint8_t { oversized, malformed, hostile };

struct HostileKindInfo {
  HostileKind kind;
  HostileGroup group;
  std::string_view name;
  std::string_view what;  ///< "a body of 16 MiB"
  bool may_be_answered;   ///< whether a list is as good an answer as an error
};

/// All kinds; groups in turn, so that a budget that ends early has some of each.
std::span<const HostileKindInfo> hostile_kinds();
const HostileKindInfo& info_of(HostileKind kind);
std::string_view to_string(HostileGroup group);

/// The texts that stand where names are wanted, by kind; empty for other kinds. What an answer must not hold is told
/// from them.
std::string_view hostile_text(HostileKind kind);
/// What the expression in hostile_text(template_expression) comes to where a server evaluates it.
inline constexpr std::string_view kEvaluatedExpression = "62615533";
/// The header that an answer has where control characters of a request get into its head.
inline constexpr std::string_view kInjectedHeader = "X-Injected";

/// A system that can be sent bytes.
class HostileTarget {
 public:
  virtual ~HostileTarget() = default;

  /// Why nothing may be sent, with the remedy; empty where it may.
  virtual std::string refusal() const = 0;

  /// One exchange on a connection of its own: `request` broken in this way, or as it is meant for nothing. What came is
  /// the answer's `text`: status line, headers and the first kilobytes of the body, without credentials. Outcomes: ok
  /// for any answer that is HTTP, whatever its status; malformed for other bytes; timeout; transport_error where the
  /// connection ended without an answer. Nothing where this endpoint's requests cannot be broken in this way.
  virtual std::optional<Response> send(std::optional<HostileKind> kind, const Request& request,
                                       std::chrono::nanoseconds time_limit, std::stop_token stop) = 0;
};

/// Status of such an answer; 0 where there is none.
int status_of(const Response& response);

/// How the answers stand in the store, by sequence: 0 is the request as it is meant; kind i of the probe is 1 + 2 i,
/// and 2 + 2 i the request as it is meant after it.
inline uint64_t sequence_of_hostile(size_t kind) { return 1 + 2 * kind; }

/// Requests that a probe sends to a system, most.
uint64_t most_hostile_requests(const LoadProfile& profile);

/// Null where the system cannot be sent bytes.
HostileTarget* hostile_target_of(Recommender& system);

/// Sends them one after another, each followed by one as it is meant; ends early where the system does not answer those
/// any more, after some patience. Keeps all answers, or nothing where it was interrupted; of a system that may not be
/// sent any, one refusal.
void send_hostile(Recommender& system, const Probe& probe, const ExecutionContext& context);

/// Whether a probe's answers, or why there are none, are kept.
bool is_hostile_recorded(const ObservationStore& store, const ObservationKey& key);
/// Why the system was sent nothing; empty where it was, or is none that can be.
std::string hostile_refusal(const ObservationStore& store, const ObservationKey& key);

}  // namespace recgauge
