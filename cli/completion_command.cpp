// Shell completion, made from the commands themselves, so that it cannot fall behind them.
#include <fmt/format.h>

#include "cli/command_line.h"

namespace recgauge::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  return {commands.begin(), commands.end()};
}

// "run report …", or the options and fixed arguments of a command.
std::string words_of(const CLI::App& command) {
  std::vector<std::string> words;
  for (const CLI::App* child : commands_of(command)) words.push_back(child->get_name());
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    for (const std::string& name : option->get_snames()) words.push_back("-" + name);
  }
  return fmt::format("{}", fmt::join(words, " "));
}

struct Context {
  std::string path;  ///< "data describe"; empty for the top
  std::string words;
};

void collect(const CLI::App& command, const std::string& path, std::vector<Context>& contexts) {
  contexts.push_back({path, words_of(command)});
  for (const CLI::App* child : commands_of(command)) {
    collect(*child, path.empty() ? child->get_name() : path + " " + child->get_name(), contexts);
  }
}

std::string bash(const std::vector<Context>& contexts) {
  std::string cases;
  for (const Context& context : contexts) {
    cases += fmt::format("    '{}') words='{}' ;;\n", context.path, context.words);
  }
  return fmt::format(R"bash(# bash completion for recgauge; put it into /etc/bash_completion.d or source it.
_recgauge() {{
  local word path='' words='' current="${{COMP_WORDS[COMP_CWORD]}}"
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$word" in -*) ;; *) [ "$(_recgauge_words "${{path:+$path }}$word")" ] && path="${{path:+$path }}$word" ;; esac
  done
  words="$(_recgauge_words "$path")"
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current"; compgen -f -- "$current")
}}
_recgauge_words() {{
  local words=''
  case "$1" in
{}  esac
  printf '%s' "$words"
}}
complete -o filenames -F _recgauge recgauge
)bash",
                     cases);
}

std::string zsh(const std::vector<Context>& contexts) {
  return "#compdef recgauge\nautoload -U +X bashcompinit && bashcompinit\n" + bash(contexts);
}

std::string fish(const std::vector<Context>& contexts) {
  std::string text = "# fish completion for recgauge; put it into ~/.config/fish/completions/recgauge.fish.\n";
  for (const Context& context : contexts) {
    const std::string condition =
        context.path.empty() ? "__fish_use_subcommand"
                             : fmt::format("string match -q 'recgauge {}*' -- (commandline -cp)", context.path);
    text += fmt::format("complete -c recgauge -n \"{}\" -a '{}'\n", condition, context.words);
  }
  return text;
}

}  // namespace

void add_completion_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("completion", "Print a completion script for a shell");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")->check(CLI::IsMember({"bash", "zsh", "fish"}))->required();
  command->footer("\nExample:\n  source <(recgauge completion bash)");
  command->callback([&app, shell, &exit_code] {
    std::vector<Context> contexts;
    collect(app, "", contexts);
    print(*shell == "bash" ? bash(contexts) : *shell == "zsh" ? zsh(contexts) : fish(contexts));
    exit_code = ExitCode::pass;
  });
}

}  // namespace recgauge::cli
