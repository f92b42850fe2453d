#include "cli/dry_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/presets/presets.h"
#include "cli/language_systems.h"
#include "harness/run/hostile_requests.h"
#include "harness/run/load.h"
#include "harness/run/load_record.h"

namespace recgauge::cli {
namespace {

// How the variables of templates are called towards a reader, where their name does not say it all.
std::string told_as(const std::string& variable, const adapters::HttpConfig& config) {
  const bool plain = config.user_ids == UserIds::plain;
  if (variable == "user" || variable == "session") {
    return variable + (plain ? " (the data's own name)" : " (a pseudonym)");
  }
  if (variable == "attributes") {
    return config.disclose.empty() ? "attributes (none are disclosed)"
                                   : fmt::format("attributes ({})", fmt::join(config.disclose, ", "));
  }
  return variable;
}

std::string operation_lines(const adapters::Operation& operation, const adapters::HttpConfig& config) {
  std::vector<std::string> told;
  for (const std::string& variable : adapters::variables_sent(operation)) told.push_back(told_as(variable, config));
  return fmt::format("    {} to {}: {}\n", operation.name, fmt::join(operation.base, " or "),
                     told.empty() ? "nothing of the data" : fmt::format("{}", fmt::join(told, ", ")));
}

uint64_t most_hostile_requests(const Plan& plan) {
  uint64_t count = 0;
  for (const Probe& probe : plan.probes) {
    if (probe.schedule.load) count += recgauge::most_hostile_requests(*probe.schedule.load);
  }
  return count;
}

std::string endpoint_lines(const PlannedEndpoint& endpoint, uint64_t requests, uint64_t hostile) {
  const adapters::HttpConfig& config = endpoint.config;
  const adapters::Mapping mapping = adapters::read_endpoint(config.endpoint, endpoint.context.folder);
  std::string text = fmt::format("  leaves this machine, for the endpoint '{}':\n", mapping.config.name);
  for (const auto& [name, operation] : mapping.operations) {
    const bool writes = operation.config.effects == adapters::Effects::writes_feedback;
    if (!writes || config.feedback) text += operation_lines(operation, config);
  }
  if (config.price_per_request > 0.0) {
    text += fmt::format("  price: {:.6g} for one HTTP request each, further pages and repetitions not counted\n",
                        config.price_per_request * static_cast<double>(requests));
  }
  if (config.authorised && hostile > 0) {
    text += fmt::format("  at most {} requests more, half of them broken on purpose (authorised: true)\n", hostile);
  }
  if (config.request_budget > 0) text += fmt::format("  at most {} HTTP requests\n", config.request_budget);
  if (config.money_budget > 0.0) text += fmt::format("  at most {:.6g} is spent\n", config.money_budget);
  return text;
}

// Of a rag also what its retriever tells another server.
std::string leaving_lines(const PlannedSystem& planned, const SystemContext& systems, const Plan& plan,
                          uint64_t requests, uint64_t hostile) {
  std::string text;
  if (const auto endpoint = planned_endpoint(planned, systems)) text += endpoint_lines(*endpoint, requests, hostile);
  text += language_dry_run(planned, systems, plan);
  if (planned.config.kind != "rag") return text;
  const PlannedSystem retriever{retriever_of(planned.config), planned.role};
  const std::string retrieving = leaving_lines(retriever, systems, plan, plan.request_count(), 0);
  return retrieving.empty() ? text : text + fmt::format("  to retrieve ({}):\n", retriever.config.kind) + retrieving;
}

}  // namespace

std::string dry_run(const RunConfig& config, const RunPreparation& preparation, const SessionContext& context) {
  const PreparedData data = prepare_data(config);
  const Plan plan = plan_of(config, preparation, data);
  const SystemContext systems{&data, context.roots, config.seed, context.clock, context.stop};
  const uint64_t requests = plan.request_count();
  std::string text;
  for (const PlannedSystem& planned : preparation.systems) {
    const uint64_t loads = most_requests_under_load(plan, planned.config.name);
    text += fmt::format("{} ({}): {} requests{}\n", planned.config.name, planned.config.kind, requests,
                        loads > 0 ? fmt::format(", and at most {} under load", loads) : "");
    text += leaving_lines(planned, systems, plan, requests + loads, most_hostile_requests(plan));
  }
  return text + "Nothing was sent.\n";
}

}  // namespace recgauge::cli
