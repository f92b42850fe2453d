#include "cli/download_options.h"

namespace recgauge::cli {

CLI::App* add_get_options(CLI::App& data, GetOptions& options) {
  CLI::App* command = data.add_subcommand("get", "Download a public data set from its owner, verified or not at all");
  command->add_option("name", options.name, "see `recgauge data list`")->required();
  command->add_option("--folder", options.folder, "data folder; default $RECGAUGE_DATA or ~/.local/share/recgauge")
      ->type_name("FOLDER");
  command->add_option("--catalogue", options.catalogue, "a catalogue of your own instead of the built-in one")
      ->type_name("FILE");
  CLI::Option* digest = command->add_option("--sha256", options.sha256, "what the file must hash to");
  command->add_flag("--no-checksum", options.no_checksum, "take what comes, and print its hash")->excludes(digest);
  command->add_flag("--replace", options.replace, "fetch again what is there");
  command->footer("\nExample:\n  recgauge data get ml-100k");
  return command;
}

CLI::App* add_list_options(CLI::App& data, std::string& catalogue) {
  CLI::App* command = data.add_subcommand("list", "List the public data sets that can be downloaded, with their terms");
  command->add_option("--catalogue", catalogue, "a catalogue of your own instead of the built-in one")
      ->type_name("FILE");
  return command;
}

}  // namespace recgauge::cli
