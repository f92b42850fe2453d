// What `recgauge data get` and `recgauge data list` run. A program of its own, since libcurl and libarchive bring in
// forty libraries, which would more than double the time that every other command takes to start.
#include <fmt/format.h>
#include <unistd.h>

#include <exception>

#include "cli/command_line.h"
#include "cli/download_options.h"
#include "cli/interruption.h"
#include "cli/terminal_progress.h"
#include "harness/config/catalogue_file.h"
#include "harness/data/download/download.h"
#include "harness/system/error.h"
#include "harness/system/terminal_text.h"
#include "harness/system/text.h"

using namespace recgauge;
using namespace recgauge::cli;

namespace {

std::vector<DatasetEntry> catalogue_of(const std::string& file) {
  if (!file.empty()) return load_dataset_catalogue(file);
  return {dataset_catalogue().begin(), dataset_catalogue().end()};
}

void get_data(const GetOptions& options) {
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
  TerminalProgress progress(stderr, TerminalProgress::style_of(STDERR_FILENO), clock);
  const DownloadResult result = download(entry, download_options, progress);
  print(fmt::format("{}: {}\n", result.status == DownloadStatus::fetched ? "fetched" : "already there, verified",
                    result.folder.string()));
  for (const FetchedSource& source : result.sources) {
    print(fmt::format("  {}  {} bytes, sha256 {}\n", printable(source.url), with_separators(source.bytes),
                      source.sha256.hex));
  }
  print(fmt::format("terms: {}\nin a configuration: data: {{format: {}, path: {}}}\n", printable(entry.licence),
                    entry.format, printable(entry.name)));
}

void list_data(const std::string& catalogue) {
  for (const DatasetEntry& entry : catalogue_of(catalogue)) {
    print(fmt::format("{}\n  {}\n  terms: {}\n  redistribution: {}\n", printable(entry.name),
                      printable(entry.description), printable(entry.licence), to_string(entry.redistribution)));
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Downloads public data sets; called by recgauge.", "recgauge");
  CLI::App* data = app.add_subcommand("data", "Download public data sets")->require_subcommand(1);
  GetOptions options;
  std::string catalogue;
  add_get_options(*data, options)->callback([&] { get_data(options); });
  add_list_options(*data, catalogue)->callback([&] { list_data(catalogue); });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  } catch (const Error& error) {
    fmt::print(stderr, "recgauge: {}\n", error.what());
    return static_cast<int>(ExitCode::usage);
  } catch (const std::exception& error) {
    fmt::print(stderr, "recgauge: internal error: {}\n", error.what());
    return static_cast<int>(ExitCode::internal);
  }
  return static_cast<int>(ExitCode::pass);
}
