#include <fmt/format.h>

#include <algorithm>

#include "cli/command_line.h"
#include "cli/interruption.h"
#include "cli/language_systems.h"
#include "cli/run_session.h"
#include "harness/system/terminal_text.h"

namespace recgauge::cli {
namespace {

struct ProbeOptions {
  std::string config;
  std::string data_folder;
  std::string model;
  std::string user;
  bool only_show = false;
};

// A rag's retriever would have to be trained before.
bool can_be_asked_untrained(const std::string& kind) { return kind == "direct_prompt" || kind == "conversational"; }

const PlannedSystem& chosen(const std::vector<PlannedSystem>& systems, const ProbeOptions& options) {
  std::vector<std::string> names;
  const PlannedSystem* found = nullptr;
  for (const PlannedSystem& system : systems) {
    if (system.config.kind != "http" && !can_be_asked_untrained(system.config.kind)) continue;
    names.push_back(system.config.name);
    if (options.model.empty() || options.model == system.config.name) found = &system;
  }
  if (names.empty())
    throw ConfigError(
        fmt::format("{} names no model of the kinds http, direct_prompt and conversational", options.config));
  if (options.model.empty() && names.size() > 1) {
    throw ConfigError(fmt::format("--model is needed to choose among {}", fmt::join(names, ", ")));
  }
  if (found == nullptr) {
    throw ConfigError(fmt::format("--model: no endpoint '{}'; there are {}", options.model, fmt::join(names, ", ")));
  }
  return *found;
}

Request chosen(const Plan& plan, const Dataset& dataset, const std::string& user) {
  for (const Probe& probe : plan.probes) {
    for (size_t i = 0; probe.requests != nullptr && i < probe.requests->size(); ++i) {
      Request request = probe.requests->at(i);
      if (user.empty() || (request.user != kNoUser && dataset.user_name(request.user) == user)) return request;
    }
  }
  throw ConfigError(user.empty() ? "the suites ask no fixed request"
                                 : fmt::format("--user: no request is for '{}'", user));
}

std::string shown(const std::vector<adapters::Step>& steps) {
  std::string text;
  for (const adapters::Step& step : steps) {
    text += fmt::format("  {} {}: {}\n", step.good ? "-" : "!", step.name, step.found);
  }
  return text;
}

std::string shown(const Response& response, const Dataset& dataset) {
  std::string text = fmt::format("outcome: {}{}{}\n", to_string(response.outcome), response.failure.empty() ? "" : "; ",
                                 printable(response.failure));
  for (size_t i = 0; i < response.items.size(); ++i) {
    const bool known = response.items[i] != kOutOfCatalogue;
    text += fmt::format("  {}. {}", i + 1,
                        known ? printable(dataset.item_name(response.items[i])) : "not in the catalogue");
    text += response.scores.empty() ? "\n" : fmt::format("  {:.6g}\n", response.scores[i]);
  }
  return text;
}

ExitCode exit_code_of(const Response& response) {
  return response.outcome == Outcome::ok ? ExitCode::pass : ExitCode::inconclusive;
}

ExitCode probe_language(const PlannedSystem& planned, const SystemContext& context, const Request& request,
                        const ProbeOptions& options) {
  print((options.only_show ? "would be sent:\n" : "sent:\n") + shown_messages(planned, context, request));
  if (options.only_show) return ExitCode::pass;
  const Response response = make_system(planned, context)->recommend(std::span(&request, 1)).front();
  print("understood:\n" + shown(response, context.data->dataset()));
  if (!response.text.empty()) print("text: " + printable(response.text) + "\n");
  return exit_code_of(response);
}

ExitCode probe(const ProbeOptions& options) {
  const Interruption interruption;
  const auto [config, roots] = read_run_config(options.config, options.data_folder);
  const RunPreparation preparation = check_run(config);
  const PlannedSystem& planned = chosen(preparation.systems, options);
  const PreparedData data = prepare_data(config);
  const Plan plan = plan_of(config, preparation, data);
  const Request request = chosen(plan, data.dataset(), options.user);
  const SteadyClock clock;
  const SystemContext systems{&data, roots, config.seed, &clock, interruption.token()};
  if (can_be_asked_untrained(planned.config.kind)) return probe_language(planned, systems, request, options);
  const auto endpoint = planned_endpoint(planned, systems);
  const auto sending = options.only_show ? adapters::ProbeSending::only_show : adapters::ProbeSending::send;
  const adapters::EndpointProbe probe = adapters::probe_endpoint(endpoint->config, endpoint->context, request, sending);
  print((options.only_show ? "would be sent:\n" : "sent:\n") + shown(probe.sent));
  if (options.only_show) return ExitCode::pass;
  print("understood:\n" + shown(probe.understood) + shown(probe.response, data.dataset()));
  return exit_code_of(probe.response);
}

}  // namespace

void add_probe_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command =
      app.add_subcommand("probe-endpoint", "Send one request to an endpoint and explain what came back");
  auto options = std::make_shared<ProbeOptions>();
  command
      ->add_option("config", options->config,
                   "YAML file with a model of the kind http, direct_prompt or conversational")
      ->type_name("FILE")
      ->required();
  command->add_option("--data-folder", options->data_folder, "where relative data paths are looked up as well")
      ->type_name("FOLDER");
  command->add_option("--model", options->model, "which one, where there are several")->type_name("NAME");
  command->add_option("--user", options->user, "whose request; the first one's if absent")->type_name("USER");
  command->add_flag("--only-show", options->only_show,
                    "show what would be sent, without credentials, and send nothing");
  command->footer(R"(
Examples:
  recgauge probe-endpoint vendor.yaml
  recgauge probe-endpoint vendor.yaml --model cloud --only-show)");
  command->callback([options, &exit_code] { exit_code = probe(*options); });
}

}  // namespace recgauge::cli
