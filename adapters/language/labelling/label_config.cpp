#include "adapters/language/labelling/label_config.h"

namespace recgauge::adapters {

LabelConfig read_label_config(const std::string& path) {
  LabelConfig config;
  ConfigReader::read_struct(parse_config_file(path), "", config);
  check_language_endpoint(config.endpoint, "endpoint");
  const bool chats = config.labeller == Labeller::chat;
  if (chats && !config.categories.empty()) {
    throw ConfigError(config.place, "categories belong to labeller: moderations; a chat model is told the taxonomy");
  }
  if (!chats && !config.prompt_file.empty()) {
    throw ConfigError(config.place, "prompt_file belongs to labeller: chat; a moderation model is told the text alone");
  }
  return config;
}

}  // namespace recgauge::adapters
