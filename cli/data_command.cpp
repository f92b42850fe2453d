#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "cli/command_line.h"
#include "cli/data_guess.h"
#include "cli/interruption.h"
#include "cli/terminal_progress.h"
#include "harness/config/catalogue_file.h"
#include "harness/config/prepared_run.h"
#include "harness/data/description/describe.h"
#include "harness/data/download/download.h"
#include "harness/system/terminal_text.h"
#include "harness/system/text.h"

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

struct GetOptions {
  std::string name;
  std::string folder;
  std::string catalogue;
  std::string sha256;
  bool no_checksum = false;
  bool replace = false;
};

std::vector<DatasetEntry> catalogue_of(const std::string& file) {
  if (!file.empty()) return load_dataset_catalogue(file);
  return {dataset_catalogue().begin(), dataset_catalogue().end()};
}

ExitCode get_data(const GetOptions& options) {
  const std::vector<DatasetEntry> catalogue = catalogue_of(options.catalogue);
  const DatasetEntry& entry = find_dataset(catalogue, options.name);
  const Interruption interruption;
  DownloadOptions download_options;
  download_options.folder = options.folder.empty() ? default_data_folder() : std::filesystem::path(options.folder);
  if (!options.sha256.empty()) download_options.digest = make_digest(DigestAlgorithm::sha256, options.sha256);
  if (options.no_checksum) download_options.checksum = ChecksumPolicy::skip;
  if (options.replace) download_options.existing = ExistingPolicy::replace;
  download_options.fetch.stop = interruption.token();
  SteadyClock clock;
  TerminalProgress progress(
      stderr,
      isatty(STDERR_FILENO) != 0 ? TerminalProgress::Style::rewritten_line : TerminalProgress::Style::plain_lines,
      clock);
  const DownloadResult result = download(entry, download_options, progress);
  print(fmt::format("{}: {}\n", result.status == DownloadStatus::fetched ? "fetched" : "already there, verified",
                    result.folder.string()));
  for (const FetchedSource& source : result.sources) {
    print(fmt::format("  {}  {} bytes, sha256 {}\n", printable(source.url), with_separators(source.bytes),
                      source.sha256.hex));
  }
  print(fmt::format("terms: {}\nin a configuration: data: {{format: {}, path: {}}}\n", printable(entry.licence),
                    entry.format, printable(entry.name)));
  return ExitCode::pass;
}

void add_get(CLI::App& data, ExitCode& exit_code) {
  CLI::App* command = data.add_subcommand("get", "Download a public data set from its owner, verified or not at all");
  auto options = std::make_shared<GetOptions>();
  command->add_option("name", options->name, "see `recgauge data list`")->required();
  command->add_option("--folder", options->folder, "data folder; default $RECGAUGE_DATA or ~/.local/share/recgauge")
      ->type_name("FOLDER");
  command->add_option("--catalogue", options->catalogue, "a catalogue of your own instead of the built-in one")
      ->type_name("FILE");
  CLI::Option* digest = command->add_option("--sha256", options->sha256, "what the file must hash to");
  command->add_flag("--no-checksum", options->no_checksum, "take what comes, and print its hash")->excludes(digest);
  command->add_flag("--replace", options->replace, "fetch again what is there");
  command->footer("\nExample:\n  recgauge data get ml-100k");
  command->callback([options, &exit_code] { exit_code = get_data(*options); });
}

void add_catalogue_list(CLI::App& data, ExitCode& exit_code) {
  CLI::App* command = data.add_subcommand("list", "List the public data sets that can be downloaded, with their terms");
  auto file = std::make_shared<std::string>();
  command->add_option("--catalogue", *file, "a catalogue of your own instead of the built-in one")->type_name("FILE");
  command->callback([file, &exit_code] {
    for (const DatasetEntry& entry : catalogue_of(*file)) {
      print(fmt::format("{}\n  {}\n  terms: {}\n  redistribution: {}\n", printable(entry.name),
                        printable(entry.description), printable(entry.licence), to_string(entry.redistribution)));
    }
    exit_code = ExitCode::pass;
  });
}

}  // namespace

void add_data_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* data = app.add_subcommand("data", "Describe data sets, download public ones");
  data->require_subcommand(1);
  add_describe(*data, exit_code);
  add_get(*data, exit_code);
  add_catalogue_list(*data, exit_code);
}

}  // namespace recgauge::cli
