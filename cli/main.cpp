// The composition root: the only place that knows every command and turns errors into exit codes.
#include <fmt/format.h>

#include <csignal>
#include <exception>

#include "cli/command_line.h"
#include "harness/system/error.h"

using namespace recgauge;
using namespace recgauge::cli;

namespace {

constexpr const char* kExamples = R"(
Examples:
  recgauge run                                  the embedded world with all baselines
  recgauge run my-models.yaml -o results        what a configuration asks for
  recgauge validate my-models.yaml              check a configuration without running it
  recgauge data describe ratings.csv            what is in a file of interactions
  recgauge report results --format html         render a finished run again
  recgauge gate --candidate new --baseline live --policy release    may it be released?
  recgauge compare vendor in-house -o comparison                    several runs on one page
  recgauge history add results --branch main    keep a run's numbers; show draws the trend
  recgauge drift pages.csv --unit account       pages of a sock-puppet audit
  recgauge attest results --key release.pem     sign a finished run; verify checks it
  recgauge serve --model ials --port 8765       a model over HTTP
  recgauge list metrics                         what can be measured, with definitions

Exit codes: 0 pass, 1 a gate failed, 2 usage, configuration or data, 3 not enough evidence, 4 internal error,
130 interrupted.)";

void describe(CLI::App& app, ExitCode& exit_code) {
  app.set_version_flag("--version", fmt::format("recgauge {}", kToolVersion));
  app.require_subcommand(1);
  app.footer(kExamples);
  app.get_formatter()->column_width(34);
  app.failure_message([](const CLI::App* failed, const CLI::Error& error) {
    const CLI::App* named = failed;
    while (!named->get_subcommands().empty()) named = named->get_subcommands().front();
    const std::string command = named->get_parent() == nullptr ? "" : named->get_name() + " ";
    return fmt::format("recgauge: {}\nTry 'recgauge {}--help'.\n", error.what(), command);
  });
  add_run_command(app, exit_code);
  add_merge_command(app, exit_code);
  add_train_command(app, exit_code);
  add_tune_command(app, exit_code);
  add_probe_command(app, exit_code);
  add_serve_command(app, exit_code);
  add_report_command(app, exit_code);
  add_data_command(app, exit_code);
  add_gate_command(app, exit_code);
  add_compare_command(app, exit_code);
  add_history_command(app, exit_code);
  add_drift_command(app, exit_code);
  add_label_command(app, exit_code);
  add_attest_command(app, exit_code);
  add_verify_command(app, exit_code);
  add_list_command(app, exit_code);
  add_validate_command(app, exit_code);
  add_schema_command(app, exit_code);
  add_completion_command(app, exit_code);
}

int fail(ExitCode code, const std::string& message) {
  fmt::print(stderr, "recgauge: {}\n", message);
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  ExitCode exit_code = ExitCode::pass;
  CLI::App app("Measures recommender systems before they are released.", "recgauge");
  try {
    describe(app, exit_code);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? static_cast<int>(ExitCode::pass) : static_cast<int>(ExitCode::usage);
  } catch (const Error& error) {
    return fail(ExitCode::usage, error.what());
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::usage, "out of memory; use fewer threads, smaller models or a bigger machine");
  } catch (const std::exception& error) {
    return fail(ExitCode::internal, fmt::format("internal error: {}", error.what()));
  }
  return static_cast<int>(exit_code);
}
