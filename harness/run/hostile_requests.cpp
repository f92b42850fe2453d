#include "harness/run/hostile_requests.h"

#include <array>
#include <charconv>
#include <vector>

#include "harness/run/load.h"

namespace recgauge {
namespace {

using enum HostileKind;
using enum HostileGroup;

constexpr bool kMust = false;  // be refused
constexpr bool kMay = true;    // be answered

constexpr std::array kKinds{
    HostileKindInfo{huge_body, oversized, "huge_body", "a body of 16 MiB", kMust},
    HostileKindInfo{cut_body, malformed, "cut_body", "a body that ends in the middle of its JSON", kMust},
    HostileKindInfo{markup, hostile, "markup", "a script element as the user's name", kMay},
    HostileKindInfo{long_address, oversized, "long_address", "an address of 64 KiB", kMust},
    HostileKindInfo{no_json, malformed, "no_json", "all 256 bytes instead of JSON", kMust},
    HostileKindInfo{quotes, hostile, "quotes", "quotes that end a text of SQL", kMay},
    HostileKindInfo{huge_header, oversized, "huge_header", "a header of 256 KiB", kMust},
    HostileKindInfo{wrong_types, malformed, "wrong_types", "numbers for texts and texts for numbers", kMust},
    HostileKindInfo{parent_folders, hostile, "parent_folders", "a path to a file of the system as the user's name",
                    kMay},
    HostileKindInfo{many_headers, oversized, "many_headers", "10,000 headers", kMust},
    HostileKindInfo{broken_utf8, malformed, "broken_utf8", "a user's name that is not UTF-8", kMust},
    HostileKindInfo{template_expression, hostile, "template_expression", "expressions of template languages", kMay},
    HostileKindInfo{deep_nesting, oversized, "deep_nesting", "100,000 lists inside each other", kMust},
    HostileKindInfo{two_lengths, malformed, "two_lengths", "two lengths that differ, as in request smuggling", kMust},
    HostileKindInfo{control_characters, hostile, "control_characters", "zero bytes and line ends in the user's name",
                    kMay},
    HostileKindInfo{long_user, oversized, "long_user", "a user's name of 4 KiB", kMay},
    HostileKindInfo{negative_length, malformed, "negative_length", "a length of -1", kMust},
    HostileKindInfo{format_directives, hostile, "format_directives", "directives of printf and of loggers", kMay},
    HostileKindInfo{huge_k, oversized, "huge_k", "a list of 1,000,000,000 items", kMay},
    HostileKindInfo{bad_chunk, malformed, "bad_chunk", "chunks of which the size is no number", kMust},
    HostileKindInfo{negative_k, hostile, "negative_k", "a list of -1 items", kMay},
    HostileKindInfo{empty_body, malformed, "empty_body", "no body where one is due", kMust},
    HostileKindInfo{unknown_method, malformed, "unknown_method", "a method that does not exist", kMust},
    HostileKindInfo{unknown_version, malformed, "unknown_version", "version 9.9 of HTTP", kMust},
};

constexpr int kPatience = 3;
constexpr std::chrono::seconds kPause{1};

class Sending {
 public:
  Sending(HostileTarget& target, const Probe& probe, const ExecutionContext& context)
      : target_(target), profile_(*probe.schedule.load), request_(probe.requests->at(0)), context_(context) {}

  std::vector<Observation> all() {
    const std::optional<Response> meant = send(std::nullopt);
    if (!meant) return {};
    keep(0, *meant);
    status_ = status_of(*meant);
    const bool answers = status_ >= 200 && status_ < 300;
    for (size_t i = 0; answers && i < profile_.hostile.size() && !context_.stop.stop_requested(); ++i) {
      const std::optional<Response> broken = send(profile_.hostile[i]);
      if (!broken) continue;
      keep(sequence_of_hostile(i), *broken);
      if (!is_well_after(i)) break;
      context_.progress->advance(i + 1);
    }
    return std::move(observations_);
  }

 private:
  std::optional<Response> send(std::optional<HostileKind> kind) {
    return target_.send(kind, request_, profile_.time_limit, context_.stop);
  }

  // The first answer after a broken request counts; later ones only tell whether to go on.
  bool is_well_after(size_t i) {
    for (int attempt = 0; attempt <= kPatience && !context_.stop.stop_requested(); ++attempt) {
      if (attempt > 0) context_.clock->sleep_until(context_.clock->now() + kPause);
      const std::optional<Response> meant = send(std::nullopt);
      if (!meant) return false;
      if (attempt == 0) keep(sequence_of_hostile(i) + 1, *meant);
      if (status_of(*meant) == status_) return true;
    }
    return false;
  }

  void keep(uint64_t sequence, const Response& response) {
    Observation observation;
    observation.sequence = sequence;
    observation.user = request_.user;
    observation.response = response;
    observations_.push_back(std::move(observation));
  }

  HostileTarget& target_;
  const LoadProfile& profile_;
  Request request_;
  const ExecutionContext& context_;
  int status_ = 0;
  std::vector<Observation> observations_;
};

}  // namespace

std::span<const HostileKindInfo> hostile_kinds() { return kKinds; }

const HostileKindInfo& info_of(HostileKind kind) {
  for (const HostileKindInfo& info : kKinds) {
    if (info.kind == kind) return info;
  }
  return kKinds.front();
}

std::string_view to_string(HostileGroup group) {
  constexpr std::string_view kNames[] = {"oversized", "malformed", "hostile"};
  return kNames[static_cast<size_t>(group)];
}

std::string_view hostile_text(HostileKind kind) {
  switch (kind) {
    case markup:
      return "<script>alert('recgauge')</script>";
    case quotes:
      return "recgauge' OR '1'='1' -- \"";
    case parent_folders:
      return "../../../../../../etc/passwd";
    case template_expression:
      return "{{7919*7907}}${7919*7907}<%= 7919*7907 %>#{7919*7907}";
    case control_characters:
      return {"recgauge\0\r\nX-Injected: 1\r\n\x1b[31m", 31};
    case format_directives:
      return "%s%n%x%p{0.__class__}${jndi:none}";
    default:
      return "";
  }
}

int status_of(const Response& response) {
  const std::string_view text = response.text;
  if (response.outcome != Outcome::ok || !text.starts_with("HTTP/")) return 0;
  const size_t space = text.find(' ');
  int status = 0;
  if (space != std::string_view::npos) std::from_chars(text.data() + space + 1, text.data() + text.size(), status);
  return status;
}

uint64_t most_hostile_requests(const LoadProfile& profile) {
  return profile.hostile.empty() ? 0 : 1 + 2 * profile.hostile.size();
}

HostileTarget* hostile_target_of(Recommender& system) {
  LoadTarget* target = system.load_target();
  return target == nullptr ? nullptr : target->hostile_target();
}

void send_hostile(Recommender& system, const Probe& probe, const ExecutionContext& context) {
  HostileTarget* target = hostile_target_of(system);
  if (target == nullptr) return;
  const ObservationKey key{system.info().name, probe.name};
  std::vector<Observation> observations;
  if (std::string refusal = target->refusal(); !refusal.empty()) {
    Observation& observation = observations.emplace_back();
    observation.response.outcome = Outcome::refused;
    observation.response.failure = std::move(refusal);
  } else {
    observations = Sending(*target, probe, context).all();
  }
  if (!context.stop.stop_requested()) context.store->append(key, observations);
}

bool is_hostile_recorded(const ObservationStore& store, const ObservationKey& key) { return store.count(key) > 0; }

std::string hostile_refusal(const ObservationStore& store, const ObservationKey& key) {
  std::string refusal;
  store.for_each(key, [&](Observation&& observation) {
    if (observation.response.outcome == Outcome::refused) refusal = std::move(observation.response.failure);
  });
  return refusal;
}

}  // namespace recgauge
