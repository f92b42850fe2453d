#include "suites/manipulation/endpoint_hardening.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "harness/run/load.h"
#include "harness/statistics/proportions.h"
#include "harness/system/terminal_text.h"
#include "suites/manipulation/threat_model.h"

namespace recgauge::suites::manipulation {
namespace {

constexpr size_t kMostQuoted = 160;

/// A list of one question.
class OneRequest : public RequestList {
 public:
  explicit OneRequest(const SuiteContext& context) : all_(ranking_probe(context).requests) {}
  size_t size() const override { return 1; }
  Request at(size_t) const override { return all_->at(0); }

 private:
  std::shared_ptr<const RequestList> all_;
};

/// One broken request and what came.
struct Borne {
  HostileKind kind = HostileKind::huge_body;
  uint64_t sequence = 0;
  Bearing bearing = Bearing::clean;
  std::string came;  ///< "status 400", or what went wrong
  std::string leak;
};

std::string what_came(const Response& response) {
  const int status = status_of(response);
  return status > 0 ? fmt::format("status {}", status) : response.failure;
}

Severity severity_for(Bearing bearing, SystemRole role) {
  if (role == SystemRole::baseline) return Severity::low;
  switch (bearing) {
    case Bearing::leak:
    case Bearing::down:
      return Severity::high;
    case Bearing::hang:
    case Bearing::server_error:
      return Severity::medium;
    default:
      return Severity::low;
  }
}

std::string claim_of(Bearing bearing, const std::string& system, size_t count, size_t all) {
  const std::string requests = fmt::format("{} of {} broken requests", count, all);
  switch (bearing) {
    case Bearing::leak:
      return fmt::format("{} shows something of its inside, or carries out what it is sent, in answers to {}.", system,
                         requests);
    case Bearing::down:
      return fmt::format("{} does not answer good requests as before after {}.", system, requests);
    case Bearing::hang:
      return fmt::format("{} leaves {} without an answer.", system, requests);
    case Bearing::server_error:
      return fmt::format("{} answers {} with an error of its own (5xx).", system, requests);
    case Bearing::broken_off:
      return fmt::format("{} ends the connection without an answer at {}.", system, requests);
    case Bearing::no_http:
      return fmt::format("{} answers {} with something that is no HTTP.", system, requests);
    default:
      return fmt::format("{} answers {} as if nothing were wrong with them.", system, requests);
  }
}

class HardeningReport {
 public:
  HardeningReport(const Assessing& assessing, const Probe& probe)
      : assessing_(assessing), result_(assessing.result), kinds_(probe.schedule.load->hostile) {
    table_.id = "manipulation/endpoint-hardening";
    table_.title = "What endpoints answer to broken requests";
    table_.caption =
        "Each kind was sent once, on a connection of its own, and followed by the request as it is meant. Clean is an "
        "error from 400 to 499, or a list where that is as good an answer.";
    table_.kind = "table";
    table_.columns = {"system", "group", "request", "answer", "judged"};
  }

  void run() {
    for (const AssessedSystem& system : assessing_.systems) report(system);
    if (!table_.rows.empty()) result_.figures.push_back(std::move(table_));
  }

 private:
  void report(const AssessedSystem& system) {
    const ObservationKey key{system.name, kHardeningProbe};
    if (const std::string refusal = hostile_refusal(*assessing_.run.store, key); !refusal.empty()) {
      add_not_measured(result_, system.name + "-hardening",
                       fmt::format("Whether {} bears broken requests is not measured: it was sent none.", system.name),
                       refusal);
      return;
    }
    std::map<uint64_t, Response> answers;
    assessing_.run.store->for_each(key, [&](Observation&& observation) {
      answers.emplace(observation.sequence, std::move(observation.response));
    });
    if (answers.empty()) return;
    const Response& meant = answers.begin()->second;
    if (status_of(meant) < 200 || status_of(meant) >= 300) {
      add_not_measured(
          result_, system.name + "-hardening",
          fmt::format("Whether {} bears broken requests is not measured: it does not answer good ones.", system.name),
          fmt::format("The request as it is meant met {}; see `recgauge probe-endpoint`.", what_came(meant)));
      return;
    }
    const std::vector<Borne> borne = borne_of(answers);
    for (const Borne& one : borne) {
      table_.rows.push_back({system.name, std::string(to_string(info_of(one.kind).group)),
                             std::string(info_of(one.kind).what), one.came, std::string(to_string(one.bearing))});
    }
    measure(system, borne);
    conclude(system, borne);
    add_threat(result_, fmt::format("broken requests to {}", system.name), threat().knowledge, threat().access,
               threat().budget, threat().goal);
  }

  std::vector<Borne> borne_of(const std::map<uint64_t, Response>& answers) const {
    std::vector<Borne> borne;
    const Response& meant = answers.begin()->second;
    for (size_t i = 0; i < kinds_.size(); ++i) {
      const auto answer = answers.find(sequence_of_hostile(i));
      if (answer == answers.end()) continue;
      const auto after = answers.find(sequence_of_hostile(i) + 1);
      const Response& came = answer->second;
      borne.push_back({kinds_[i], answer->first,
                       judge(kinds_[i], came, after == answers.end() ? nullptr : &after->second, meant),
                       what_came(came), leak_in(kinds_[i], came.text, meant.text)});
    }
    return borne;
  }

  void measure(const AssessedSystem& system, const std::vector<Borne>& borne) {
    add_share(system, "all", borne, [](const Borne&) { return true; });
    for (const HostileGroup group : {HostileGroup::oversized, HostileGroup::malformed, HostileGroup::hostile}) {
      add_share(system, fmt::format("requests={}", to_string(group)), borne,
                [&](const Borne& one) { return info_of(one.kind).group == group; });
    }
  }

  template <typename Counts>
  void add_share(const AssessedSystem& system, const std::string& slice, const std::vector<Borne>& borne,
                 Counts counts) {
    uint64_t sent = 0;
    uint64_t clean = 0;
    for (const Borne& one : borne) {
      if (!counts(one)) continue;
      ++sent;
      clean += one.bearing == Bearing::clean ? 1 : 0;
    }
    statistics::Estimate estimate;
    estimate.n = sent;
    if (sent > 0) estimate.value = static_cast<double>(clean) / static_cast<double>(sent);
    estimate.interval = statistics::wilson_interval(clean, sent, assessing_.config.confidence);
    const std::string label = "broken_requests_borne";
    result_.measurements.push_back(
        measurement_of(kSuite, {system.name, label, label, slice, "share", Direction::higher_is_better}, estimate,
                       sent > 0 ? "" : "no request of this endpoint can be broken in these ways"));
  }

  ThreatModel threat() const {
    return {"the address and the form of requests", "sends requests of any bytes",
            fmt::format("{} requests", most_requests()), "to stop the endpoint, or to see its inside"};
  }
  size_t most_requests() const { return 1 + 2 * kinds_.size(); }

  void conclude(const AssessedSystem& system, const std::vector<Borne>& borne) {
    bool is_clean = true;
    for (size_t b = 0; b < static_cast<size_t>(Bearing::clean); ++b) {
      is_clean = conclude(system, borne, static_cast<Bearing>(b)) && is_clean;
    }
    if (!is_clean || borne.empty()) return;
    Finding finding = finding_of(
        kSuite, system.name + "-hardening", Severity::info,
        fmt::format("{} is not shown to be harmed by any of {} broken requests: clean errors, or answers where those "
                    "are as good.",
                    system.name, borne.size()),
        fmt::format("One request of each kind. {}", sentence(threat())));
    finding.status = FindingStatus::not_supported;
    finding.measurements.push_back(measurement_id(system));
    result_.findings.push_back(std::move(finding));
  }

  std::string measurement_id(const AssessedSystem& system) const {
    return fmt::format("manipulation/{}/broken_requests_borne/all", system.name);
  }

  // Returns whether nothing was borne in this way.
  bool conclude(const AssessedSystem& system, const std::vector<Borne>& borne, Bearing bearing) {
    std::vector<std::string> told;
    Evidence evidence{system.name, kHardeningProbe, {}};
    for (const Borne& one : borne) {
      if (one.bearing != bearing) continue;
      told.push_back(fmt::format("{} ({}{})", info_of(one.kind).what, one.came,
                                 one.leak.empty() ? "" : ": " + printable(one.leak.substr(0, kMostQuoted))));
      evidence.sequences.push_back(one.sequence);
    }
    if (told.empty()) return true;
    Finding finding =
        finding_of(kSuite, fmt::format("{}-hardening-{}", system.name, slug_of(bearing)),
                   severity_for(bearing, system.role), claim_of(bearing, system.name, told.size(), borne.size()),
                   fmt::format("{}. {}", fmt::join(told, "; "), sentence(threat())));
    finding.measurements.push_back(measurement_id(system));
    finding.evidence.push_back(std::move(evidence));
    result_.findings.push_back(std::move(finding));
    return false;
  }

  static const char* slug_of(Bearing bearing) {
    constexpr const char* kSlugs[] = {"leaks", "down", "hangs", "errors", "breaks-off", "no-http", "accepts"};
    return kSlugs[static_cast<size_t>(bearing)];
  }

  const Assessing& assessing_;
  SuiteResult& result_;
  std::vector<HostileKind> kinds_;
  Figure table_;
};

}  // namespace

std::vector<Probe> hardening_probes(const ManipulationConfig& config, const SuiteContext& context) {
  if (config.endpoint_requests < 3 || context.split->test_users.empty()) return {};
  auto profile = std::make_shared<LoadProfile>();
  profile->time_limit =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(config.endpoint_patience));
  for (const HostileKindInfo& info : hostile_kinds()) {
    if (3 + 2 * profile->hostile.size() <= config.endpoint_requests) profile->hostile.push_back(info.kind);
  }
  Probe probe{kHardeningProbe, "", std::make_shared<OneRequest>(context), nullptr, {}};
  probe.schedule.load = std::move(profile);
  return {probe};
}

void add_hardening(const Assessing& assessing) {
  for (const Probe& probe : assessing.run.plan->probes) {
    if (probe.name == kHardeningProbe) HardeningReport(assessing, probe).run();
  }
}

}  // namespace recgauge::suites::manipulation
