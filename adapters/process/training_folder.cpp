#include "adapters/process/training_folder.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>

#include "harness/system/error.h"
#include "harness/system/whole_file.h"

namespace recgauge::adapters {
namespace {

// Tabs and ends of line inside of names and texts would be read as the table's own.
std::string cell(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  }
  return result;
}

std::string interactions_table(const Interactions& interactions, const MessageNames& names) {
  std::string table = "user\titem\tvalue\ttime\n";
  for (uint32_t u = 0; u < interactions.user_count(); ++u) {
    const UserId user{u};
    if (interactions.row_size(user) == 0) continue;
    const std::string name = cell(names.plain_user(user));
    const auto items = interactions.items(user);
    for (size_t i = 0; i < items.size(); ++i) {
      table += fmt::format("{}\t{}\t{}\t{}\n", name, cell(names.dataset().item_name(items[i])),
                           interactions.values(user)[i], interactions.times(user)[i]);
    }
  }
  return table;
}

std::string labels_of(const LabelColumn& column, size_t item) {
  std::string text;
  for (const uint32_t code : column.row(item)) {
    if (!text.empty()) text += '|';
    text += column.values.name(code);
  }
  return text;
}

std::string items_table(const Catalogue& catalogue) {
  std::string table = "item";
  for (const TextColumn& column : catalogue.texts) table += '\t' + cell(column.name);
  for (const LabelColumn& column : catalogue.labels) table += '\t' + cell(column.name);
  table += '\n';
  for (uint32_t item = 0; item < catalogue.size(); ++item) {
    table += cell(catalogue.names.name(item));
    for (const TextColumn& column : catalogue.texts) table += '\t' + cell(column.values[item]);
    for (const LabelColumn& column : catalogue.labels) table += '\t' + cell(labels_of(column, item));
    table += '\n';
  }
  return table;
}

std::filesystem::path make_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "recgauge-training-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw SystemError(fmt::format("cannot make a folder for training data ({}): {}; TMPDIR names another place",
                                  pattern, std::strerror(errno)));
  }
  return pattern;
}

}  // namespace

TrainingFolder::TrainingFolder(const TrainingData& data, const MessageNames& names) : folder_(make_folder()) {
  const auto write = [&](const char* name, const std::string& table) {
    const std::filesystem::path file = folder_ / name;
    write_whole_file(file, table);
    return file.string();
  };
  files_.interactions = write("interactions.tsv", interactions_table(*data.interactions, names));
  files_.items = write("items.tsv", items_table(names.dataset().catalogue));
  if (data.validation != nullptr && !data.validation->empty()) {
    files_.validation = write("validation.tsv", interactions_table(*data.validation, names));
  }
}

TrainingFolder::~TrainingFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace recgauge::adapters
