#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "adapters/language/labelling/hazard_labels.h"
#include "cli/command_line.h"
#include "cli/interruption.h"
#include "cli/language_systems.h"
#include "cli/terminal_progress.h"
#include "harness/config/prepared_run.h"
#include "harness/system/random.h"
#include "harness/system/terminal_text.h"
#include "harness/system/whole_file.h"
#include "suites/harm_drift/taxonomy.h"

namespace recgauge::cli {
namespace {

struct LabelOptions {
  std::string config;
  std::string by;
  std::string data_folder;
  std::string output;
  bool dry_run = false;
  bool quiet = false;
};

std::string in_quotes(std::string_view cell) {
  if (cell.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(cell);
  std::string text;
  for (const char c : cell) text.append(c == '"' ? 2 : 1, c);
  return fmt::format("\"{}\"", text);
}

std::string to_csv(const adapters::LabelledItems& labelled, const Dataset& dataset) {
  std::string text = "item,hazard,severity\n";
  for (uint32_t item = 0; item < labelled.items.size(); ++item) {
    for (const adapters::NamedHazard& hazard : labelled.items[item].hazards) {
      text += fmt::format("{},{},{:.4g}\n", in_quotes(dataset.item_name(ItemId{item})), in_quotes(hazard.name),
                          hazard.severity);
    }
  }
  return text;
}

std::string summary_of(const adapters::LabelledItems& labelled, const adapters::LabelConfig& by) {
  std::map<std::string, uint64_t> counts;
  uint64_t hazardous = 0;
  for (const adapters::ItemLabels& item : labelled.items) {
    hazardous += item.hazards.empty() ? 0 : 1;
    for (const adapters::NamedHazard& hazard : item.hazards) ++counts[hazard.name];
  }
  std::string text = fmt::format(
      "{} of {} items have a hazard, as {} sees it (threshold {:g}{})\n", hazardous, labelled.items.size(),
      printable(by.endpoint.options.model), by.threshold,
      labelled.prompt_sha256.empty() ? "" : fmt::format(", prompt sha256 {}", labelled.prompt_sha256.substr(0, 16)));
  for (const auto& [name, count] : counts) text += fmt::format("  {}: {}\n", printable(name), count);
  if (labelled.usage.prompt_tokens > 0 || labelled.usage.cost > 0.0) {
    text += fmt::format("{} tokens sent, {} answered, cost {:.4g}\n", labelled.usage.prompt_tokens,
                        labelled.usage.completion_tokens, labelled.usage.cost);
  }
  return text;
}

// Empty where all items were answered.
std::string unanswered(const adapters::LabelledItems& labelled, const Dataset& dataset,
                       const adapters::LabelConfig& by) {
  size_t count = 0;
  std::string first;
  for (uint32_t item = 0; item < labelled.items.size(); ++item) {
    if (labelled.items[item].outcome == Outcome::ok) continue;
    if (count++ > 0) continue;
    first = fmt::format("{}: {}: {}", printable(dataset.item_name(ItemId{item})),
                        to_string(labelled.items[item].outcome), printable(labelled.items[item].failure));
  }
  if (count == 0) return "";
  return fmt::format(
      "{} of {} items were not judged, the first {}\nNothing was written. {}\n", count, labelled.items.size(), first,
      by.endpoint.cassette.empty() ? "With a cassette under endpoint, a second try asks only for what is missing."
                                   : "A second try asks only for what is missing: the cassette keeps the rest.");
}

std::string printable_lines(std::string_view text) {
  std::string lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines += "  " + printable(text.substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return lines;
}

ExitCode label(const LabelOptions& options) {
  const Interruption interruption;
  if (options.output.empty() && !options.dry_run) {
    throw ConfigError("-o FILE is needed: where the labels are to be written (--dry-run only says what would be sent)");
  }
  adapters::LabelConfig by = adapters::read_label_config(options.by);
  // The run's labels may be the very file that is to be written.
  const auto [config, roots] =
      read_run_config(options.config, options.data_folder, [](RunConfig& run) { run.data.source.hazards.reset(); });
  const PathRoots by_roots{std::filesystem::absolute(options.by).parent_path(), roots.data_folder};
  resolve_transport(by.endpoint, by_roots, "endpoint");
  if (!by.prompt_file.empty()) by.prompt_file = by_roots.resolve(by.prompt_file, "prompt_file");
  const LoadedData loaded = config.data.is_world() ? simulate_world(config.data.world) : load_data(config.data.source);
  const Dataset& dataset = loaded.dataset;
  const suites::harm_drift::Taxonomy taxonomy = suites::harm_drift::read_taxonomy(
      by.taxonomy, [&](const std::string& path, const std::string&) { return by_roots.resolve(path, "taxonomy"); });
  std::vector<adapters::WantedHazard> hazards;
  for (const suites::harm_drift::HazardClass& hazard : taxonomy.hazards) {
    hazards.push_back({hazard.name, hazard.title.empty() ? hazard.name : hazard.title});
  }
  const adapters::HazardLabeller labeller(by, dataset, hazards);
  const size_t items = dataset.catalogue.size();
  if (options.dry_run) {
    print(fmt::format("{} items, {} requests to {}; nothing but texts of items leaves this machine.\nThe first item:\n",
                      items, labeller.requests(), printable(by.endpoint.base)) +
          printable_lines(labeller.shown(ItemId{0})));
    return ExitCode::pass;
  }
  const SteadyClock clock;
  TerminalProgress progress(stderr, TerminalProgress::style_unless(options.quiet), clock);
  const auto client =
      adapters::make_language_client(by.endpoint, {&clock, interruption.token(), derive_seed(config.seed, "label")});
  progress.begin("labelling", items);
  const adapters::LabelledItems labelled = labeller.label(*client, [&](size_t done) {
    progress.advance(done);
    return !interruption.token().stop_requested();
  });
  progress.end();
  if (interruption.token().stop_requested()) {
    fmt::print(stderr, "recgauge: interrupted; nothing was written\n");
    return ExitCode::interrupted;
  }
  const std::string problem = unanswered(labelled, dataset, by);
  if (!problem.empty()) {
    fmt::print(stderr, "recgauge: {}", problem);
    return ExitCode::inconclusive;
  }
  write_whole_file(options.output, to_csv(labelled, dataset));
  print(summary_of(labelled, by) + fmt::format("labels: {}\n", options.output));
  return ExitCode::pass;
}

}  // namespace

void add_label_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("label", "Have a model label the hazards of a catalogue's items");
  auto options = std::make_shared<LabelOptions>();
  command->add_option("config", options->config, "YAML file of a run, for its data")->type_name("FILE")->required();
  command->add_option("--by", options->by, "YAML file that says which model labels, and how")
      ->type_name("FILE")
      ->required();
  command->add_option("-o,--output", options->output, "file of labels: item,hazard,severity")->type_name("FILE");
  command->add_option("--data-folder", options->data_folder, "where relative data paths are looked up as well")
      ->type_name("FOLDER");
  command->add_flag("--dry-run", options->dry_run, "say what would be sent, and send nothing");
  command->add_flag("-q,--quiet", options->quiet, "no progress");
  command->footer(R"(
Examples:
  recgauge label shop.yaml --by moderation.yaml --dry-run
  recgauge label shop.yaml --by moderation.yaml -o labels.csv)");
  command->callback([options, &exit_code] { exit_code = label(*options); });
}

}  // namespace recgauge::cli
