#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "cli/command_line.h"
#include "harness/system/error.h"
#include "harness/system/whole_file.h"
#include "reports/attestation/bundle_writer.h"
#include "reports/attestation/key_source.h"

namespace recgauge::cli {
namespace {

using namespace attestation;

struct AttestOptions {
  std::string run;
  std::string output;
  std::string key;
  std::string key_env;
  std::string passphrase_file;
  std::string passphrase_env;
  std::string new_key;
  std::string policy;
  std::string frameworks;
  std::vector<std::string> further;
  bool without_observations = false;
  bool allow_open_key = false;
};

OpenFiles open_files(const AttestOptions& options) {
  return options.allow_open_key ? OpenFiles::allowed : OpenFiles::refused;
}

std::string without_line_end(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return std::string(text);
}

std::optional<Secret> passphrase_of(const AttestOptions& options) {
  if (!options.passphrase_env.empty()) return read_secret_environment(options.passphrase_env, "--passphrase-env");
  if (options.passphrase_file.empty()) return std::nullopt;
  const Secret text = read_secret_file(options.passphrase_file, "--passphrase-file", open_files(options));
  return Secret(without_line_end(text.text()));
}

SigningKey signing_key(const AttestOptions& options) {
  if (options.key.empty() && options.key_env.empty()) {
    throw ConfigError(
        "attest needs a private key: --key FILE or --key-env NAME; 'recgauge attest --new-key FILE' makes one");
  }
  const std::optional<Secret> passphrase = passphrase_of(options);
  const Secret* with = passphrase ? &*passphrase : nullptr;
  if (!options.key.empty()) {
    return SigningKey::from_pem(read_secret_file(options.key, "--key", open_files(options)), with, options.key);
  }
  return SigningKey::from_pem(read_secret_environment(options.key_env, "--key-env"), with,
                              "the environment variable " + options.key_env);
}

FrameworkMap framework_map(const std::string& file) {
  return file.empty() ? embedded_framework_map() : parse_framework_map(read_whole_file(file), file);
}

ExitCode make_key(const AttestOptions& options) {
  if (options.new_key.find("-----BEGIN") != std::string::npos) {
    throw ConfigError("--new-key takes the name of a file");
  }
  const std::optional<Secret> passphrase = passphrase_of(options);
  const PublicKey key = write_new_key_pair(options.new_key, passphrase ? &*passphrase : nullptr);
  print(fmt::format("private key: {} (keep it to yourself)\npublic key:  {}.pub (hand it on)\nkey id:      {}\n",
                    options.new_key, options.new_key, key.id()));
  return ExitCode::pass;
}

BundleRequest request_of(const AttestOptions& options) {
  BundleRequest request;
  request.run_folder = options.run;
  if (!std::filesystem::is_directory(request.run_folder)) {
    throw ConfigError(fmt::format("{} is no folder; name the folder of a finished run", options.run));
  }
  std::filesystem::path named = std::filesystem::path(options.run).lexically_normal();
  if (named.filename().empty()) named = named.parent_path();
  request.output = options.output.empty() ? named.string() + ".bundle" : options.output;
  request.policy = options.policy;
  request.further.assign(options.further.begin(), options.further.end());
  if (options.without_observations) request.observations = Observations::left_out;
  request.signed_at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  request.tool_version = kToolVersion;
  return request;
}

ExitCode attest(const AttestOptions& options) {
  if (!options.new_key.empty()) return make_key(options);
  if (options.run.empty()) throw ConfigError("attest needs the folder of a run; see 'recgauge attest --help'");
  const SigningKey key = signing_key(options);
  const BundleRequest request = request_of(options);
  const WrittenBundle bundle = write_bundle(request, framework_map(options.frameworks), key);
  print(fmt::format("bundle: {}\nfiles:  {}, signed at {}\nkey id: {}\n", request.output.string(), bundle.files.size(),
                    format_utc(request.signed_at), bundle.key_id));
  return ExitCode::pass;
}

void add_key_options(CLI::App& command, AttestOptions& options) {
  CLI::Option* file = command.add_option("--key", options.key, "private Ed25519 key, PEM; readable by its owner only");
  CLI::Option* variable =
      command.add_option("--key-env", options.key_env, "name of the environment variable that holds the key");
  CLI::Option* made = command.add_option("--new-key", options.new_key, "make a key pair: FILE and FILE.pub, and stop");
  file->type_name("FILE")->excludes(variable)->excludes(made);
  variable->type_name("NAME")->excludes(made);
  made->type_name("FILE");
  CLI::Option* passphrase =
      command.add_option("--passphrase-file", options.passphrase_file, "file with the key's passphrase");
  passphrase->type_name("FILE");
  command.add_option("--passphrase-env", options.passphrase_env, "environment variable with the key's passphrase")
      ->type_name("NAME")
      ->excludes(passphrase);
  command.add_flag("--allow-open-key", options.allow_open_key, "accept key files that others can read");
}

}  // namespace

void add_attest_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("attest", "Sign a finished run, so that others can tell that it is unchanged");
  auto options = std::make_shared<AttestOptions>();
  command->add_option("run", options->run, "folder of a finished run")->type_name("FOLDER");
  command->add_option("-o,--output", options->output, "bundle to make; default the run's folder with .bundle")
      ->type_name("FOLDER");
  add_key_options(*command, *options);
  command->add_option("--policy", options->policy, "gate policy to put into the bundle")->type_name("FILE");
  command->add_option("--include", options->further, "further files to put into the bundle")->type_name("FILE");
  command->add_option("--frameworks", options->frameworks, "mapping to use instead of the embedded one")
      ->type_name("FILE");
  command->add_flag("--without-observations", options->without_observations, "leave the raw observations out");
  command->footer(R"(
Examples:
  recgauge attest --new-key release.pem
  recgauge attest results --key release.pem -o bundle
  recgauge verify bundle --key release.pem.pub)");
  command->callback([options, &exit_code] { exit_code = attest(*options); });
}

}  // namespace recgauge::cli
