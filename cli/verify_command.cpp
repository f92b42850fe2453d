#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "harness/system/error.h"
#include "harness/system/terminal_text.h"
#include "reports/attestation/bundle_verifier.h"
#include "reports/attestation/key_source.h"

namespace recgauge::cli {
namespace {

using namespace attestation;

struct VerifyCommandOptions {
  std::string bundle;
  std::string key;
  std::string max_age;
  std::string clock_tolerance = "5m";
  std::string format = "console";
};

std::chrono::seconds duration(const std::string& text, const char* option) {
  const std::optional<std::chrono::seconds> value = parse_duration(text);
  if (value) return *value;
  throw ConfigError(fmt::format("{}: '{}' is no duration; write 30d, 12h, 90m or 45s", option, printable(text, 40)));
}

// A key that came with the bundle says nothing: whoever changed the one could change the other.
void demand_key_from_elsewhere(const VerifyCommandOptions& options) {
  std::error_code error;
  const auto folder = std::filesystem::canonical(options.bundle, error);
  const auto key = std::filesystem::canonical(options.key, error);
  if (error || key.parent_path() != folder) return;
  throw ConfigError(
      fmt::format("{} lies in the bundle itself; take the key from a source that you trust", options.key));
}

std::string to_console(const Verification& result, const std::string& bundle) {
  if (result.verified()) {
    return fmt::format("verified: {}\n  run {}\n  {} files unchanged, signed at {} by the key {}\n", printable(bundle),
                       printable(result.run_id, 100), result.files, format_utc(*result.signed_at), result.key_id);
  }
  std::string text = fmt::format("NOT verified: {}\n", printable(bundle));
  for (const Failure& failure : result.failures) {
    text += fmt::format("  {}: {}{}{}\n", to_string(failure.kind), printable(failure.file, 100),
                        failure.file.empty() ? "" : ": ", printable(failure.message));
  }
  return text;
}

std::string to_json(const Verification& result) {
  nlohmann::ordered_json json{{"verified", result.verified()},
                              {"run_id", result.run_id},
                              {"key_id", result.key_id},
                              {"files_unchanged", result.files}};
  json["signed"] = result.signed_at ? nlohmann::ordered_json(format_utc(*result.signed_at)) : nullptr;
  json["failures"] = nlohmann::ordered_json::array();
  for (const Failure& failure : result.failures) {
    nlohmann::ordered_json entry{
        {"kind", to_string(failure.kind)}, {"file", failure.file}, {"message", failure.message}};
    entry["changed"] = nlohmann::ordered_json::array();
    for (const ByteRange& range : failure.changed)
      entry["changed"].push_back({{"from", range.begin}, {"to", range.end}});
    json["failures"].push_back(std::move(entry));
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

ExitCode verify(const VerifyCommandOptions& options) {
  VerifyOptions checks;
  checks.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (!options.max_age.empty()) checks.max_age = duration(options.max_age, "--max-age");
  checks.clock_tolerance = duration(options.clock_tolerance, "--clock-tolerance");
  demand_key_from_elsewhere(options);
  const PublicKey key = read_public_key(options.key);
  const Verification result = verify_bundle(options.bundle, key, checks);
  print(options.format == "json" ? to_json(result) : to_console(result, options.bundle));
  return result.verified() ? ExitCode::pass : ExitCode::gate_failed;
}

}  // namespace

void add_verify_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("verify", "Check that a bundle is what the holder of a key signed");
  auto options = std::make_shared<VerifyCommandOptions>();
  command->add_option("bundle", options->bundle, "folder that 'recgauge attest' made")->type_name("FOLDER")->required();
  command->add_option("--key", options->key, "public Ed25519 key, PEM, from a source that you trust")
      ->type_name("FILE")
      ->required();
  command->add_option("--max-age", options->max_age, "oldest signature to accept: 30d, 12h, …")->type_name("DURATION");
  command->add_option("--clock-tolerance", options->clock_tolerance, "by which clocks may differ")
      ->type_name("DURATION")
      ->capture_default_str();
  command->add_option("--format", options->format, "console or json")
      ->check(CLI::IsMember({"console", "json"}))
      ->capture_default_str();
  command->footer(R"(
Exit codes: 0 verified, 1 not verified (each failure is named), 2 the bundle or the key cannot be read.

Examples:
  recgauge verify bundle --key release.pem.pub
  recgauge verify bundle --key release.pem.pub --max-age 90d --format json)");
  command->callback([options, &exit_code] { exit_code = verify(*options); });
}

}  // namespace recgauge::cli
