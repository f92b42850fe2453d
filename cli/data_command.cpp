#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/command_line.h"
#include "cli/data_guess.h"
#include "cli/download_options.h"
#include "harness/config/prepared_run.h"
#include "harness/data/description/describe.h"
#include "harness/system/error.h"
#include "harness/system/terminal_text.h"

namespace recgauge::cli {
namespace {

struct DescribeOptions {
  std::string path;
  std::string data_folder;
  std::string format = "text";
  DelimitedHints hints;
};

bool is_configuration(const std::filesystem::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

LoadedData load(const DescribeOptions& options) {
  if (options.path == "world") return simulate_world({});
  if (is_configuration(options.path)) {
    const RunConfig config = read_run_config(options.path, options.data_folder).config;
    return config.data.is_world() ? simulate_world(config.data.world) : load_data(config.data.source);
  }
  std::filesystem::path path = options.path;
  if (!std::filesystem::exists(path) && path.is_relative()) {
    PathRoots roots{".",
                    options.data_folder.empty() ? default_data_folder() : std::filesystem::path(options.data_folder)};
    path = roots.resolve(options.path, "data describe");
  }
  const GuessedSource guessed = guess_source(path, options.hints);
  if (options.format == "text") print(fmt::format("Read as {}.\n\n", guessed.description));
  return load_data(guessed.source);
}

ExitCode describe_data(const DescribeOptions& options) {
  const LoadedData loaded = load(options);
  const DatasetDescription description = describe(loaded.dataset);
  if (options.format == "json") {
    print(to_json(description, loaded.report).dump(2) + "\n");
    return ExitCode::pass;
  }
  print(to_text(description, loaded.report));
  for (const std::string& issue : loaded.known_issues) print("\nKnown issue: " + printable(issue) + "\n");
  return ExitCode::pass;
}

void add_describe(CLI::App& data, ExitCode& exit_code) {
  CLI::App* command = data.add_subcommand("describe", "Say what is in a data set, and what loading dropped and why");
  auto options = std::make_shared<DescribeOptions>();
  command
      ->add_option("path", options->path,
                   "file, folder of a known layout, configuration (its data are described), or 'world'")
      ->type_name("PATH")
      ->required();
  command->add_option("--data-folder", options->data_folder, "where relative paths are looked up as well")
      ->type_name("FOLDER");
  command->add_option("--preset", options->hints.preset, "layout, where it cannot be guessed; see `list presets`");
  command->add_option("--delimiter", options->hints.delimiter, "between fields of a delimited file");
  CLI::Option* header = command->add_flag_callback(
      "--header", [options] { options->hints.header = true; }, "the first line names the columns");
  command
      ->add_flag_callback(
          "--no-header", [options] { options->hints.header = false; }, "the first line is data")
      ->excludes(header);
  command->add_option("--user", options->hints.user, "column by name, or by number from 1");
  command->add_option("--item", options->hints.item, "likewise");
  command->add_option("--value", options->hints.value, "likewise; 'none' if there is none");
  command->add_option("--timestamp", options->hints.timestamp, "likewise; 'none' if there is none");
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->footer(R"(
Examples:
  recgauge data describe ratings.csv
  recgauge data describe ~/data/ml-100k
  recgauge data describe log.tsv --user 2 --item 3 --value none --timestamp 1
  recgauge data describe examples/movielens-100k.yaml --format json)");
  command->callback([options, &exit_code] { exit_code = describe_data(*options); });
}

// Replaces this process by the program that knows how to download; see cli/download_main.cpp.
[[noreturn]] void run_downloader(std::vector<std::string> arguments) {
  const std::filesystem::path program =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "recgauge-download";
  std::vector<char*> argv{const_cast<char*>("recgauge")};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  throw SystemError(fmt::format("cannot start {}: {}; it belongs beside recgauge, install both", program.string(),
                                std::strerror(errno)));
}

std::vector<std::string> arguments_of(const GetOptions& options) {
  std::vector<std::string> arguments{"data", "get"};
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) arguments.insert(arguments.end(), {option, value});
  };
  add("--folder", options.folder);
  add("--catalogue", options.catalogue);
  add("--sha256", options.sha256);
  if (options.no_checksum) arguments.emplace_back("--no-checksum");
  if (options.replace) arguments.emplace_back("--replace");
  arguments.insert(arguments.end(), {"--", options.name});
  return arguments;
}

void add_get(CLI::App& data) {
  auto options = std::make_shared<GetOptions>();
  add_get_options(data, *options)->callback([options] { run_downloader(arguments_of(*options)); });
}

void add_catalogue_list(CLI::App& data) {
  auto catalogue = std::make_shared<std::string>();
  add_list_options(data, *catalogue)->callback([catalogue] {
    std::vector<std::string> arguments{"data", "list"};
    if (!catalogue->empty()) arguments.insert(arguments.end(), {"--catalogue", *catalogue});
    run_downloader(arguments);
  });
}

}  // namespace

void add_data_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* data = app.add_subcommand("data", "Describe data sets, download public ones");
  data->require_subcommand(1);
  add_describe(*data, exit_code);
  add_get(*data);
  add_catalogue_list(*data);
}

}  // namespace recgauge::cli
