#include "harness/data/loaders/dialogues.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/data/loaders/interaction_rows.h"
#include "harness/data/loaders/record_reader.h"
#include "harness/system/json_scan.h"

namespace recgauge {
namespace {

using Json = nlohmann::json;

constexpr size_t kDeepest = 16;

std::string trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

void mention(DialogueMessage& message, std::string name) {
  if (name.empty() || std::find(message.items.begin(), message.items.end(), name) != message.items.end()) return;
  message.items.push_back(std::move(name));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "@111776" stands for a film that movieMentions has a title of; other uses of the sign are text.
DialogueMessage message_of(const std::string& text, const std::map<std::string, std::string>& titles) {
  DialogueMessage message;
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    if (text[i] == '@') {
      while (end < text.size() && is_digit(text[end])) ++end;
    }
    const auto title = end > i + 1 ? titles.find(text.substr(i + 1, end - i - 1)) : titles.end();
    if (title == titles.end()) {
      message.text += text[i++];
      continue;
    }
    message.text += title->second;
    mention(message, title->first);
    i = end;
  }
  return message;
}

std::map<std::string, std::string> titles_of(const Json& dialogue) {
  std::map<std::string, std::string> titles;
  const auto mentions = dialogue.find("movieMentions");
  if (mentions == dialogue.end() || !mentions->is_object()) return titles;  // an empty list where there are none
  for (const auto& [id, title] : mentions->items()) {
    if (title.is_string()) titles[id] = trimmed(title.get_ref<const std::string&>());
  }
  return titles;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

// Nothing where the object is no dialogue.
std::optional<RecordedDialogue> redial_of(const Json& json, uint64_t line, std::map<std::string, std::string>& titles) {
  if (!json.is_object() || !json.contains("conversationId") || !json.contains("respondentWorkerId"))
    return std::nullopt;
  const auto messages = json.find("messages");
  if (messages == json.end() || !messages->is_array()) return std::nullopt;
  const std::map<std::string, std::string> own_titles = titles_of(json);
  RecordedDialogue dialogue{text_of(json["conversationId"]), {}};
  for (const Json& entry : *messages) {
    if (!entry.is_object() || !entry.contains("senderWorkerId")) return std::nullopt;
    const auto text = entry.find("text");
    if (text == entry.end() || !text->is_string()) return std::nullopt;
    dialogue.messages.push_back(message_of(text->get_ref<const std::string&>(), own_titles));
    dialogue.messages.back().by_recommender = entry["senderWorkerId"] == json["respondentWorkerId"];
    dialogue.messages.back().line = line;
  }
  titles.insert(own_titles.begin(), own_titles.end());
  return dialogue;
}

RecordedDialogues read_redial(const std::filesystem::path& path, LoadReport& report) {
  RecordReader reader(path, {"\n", false, TextEncoding::utf8});
  RecordedDialogues result;
  while (reader.next()) {
    ++report.rows_read;
    const Json json =
        is_nested_deeper(reader.record(), kDeepest) ? Json() : Json::parse(reader.record(), nullptr, false);
    std::optional<RecordedDialogue> dialogue = redial_of(json, reader.line(), result.titles);
    if (!dialogue) {
      report.drop("not a dialogue of ReDial", reader.place());
      continue;
    }
    ++report.rows_kept;
    result.dialogues.push_back(std::move(*dialogue));
  }
  return result;
}

std::string with_quotation_marks(std::string text) {
  constexpr std::string_view kWord = "QUOTATION_MARK";
  for (size_t at = text.find(kWord); at != std::string::npos; at = text.find(kWord, at + 1)) {
    text.replace(at, kWord.size(), 1, '"');
  }
  return text;
}

DialogueMessage inspired_message(std::string_view text, std::string_view movies) {
  DialogueMessage message;
  message.text = with_quotation_marks(trimmed(text));
  for (size_t begin = 0; begin <= movies.size();) {
    const size_t end = std::min(movies.find(';', begin), movies.size());
    mention(message, trimmed(movies.substr(begin, end - begin)));
    begin = end + 1;
  }
  return message;
}

RecordedDialogues read_inspired(const std::filesystem::path& path, LoadReport& report) {
  RecordReader reader(path, {"\t", false, TextEncoding::utf8});
  if (!reader.next()) throw DataError(reader.place(), "the file is empty, not even a header is there");
  const std::vector<std::string> header(reader.fields().begin(), reader.fields().end());
  const auto column = [&](const char* name) { return loaders::find_column(name, header, true, reader.place()); };
  const size_t id = column("dialog_id");
  const size_t speaker = column("speaker");
  const size_t text = column("text");
  const size_t movies = column("movies");
  const size_t needed = std::max({id, speaker, text, movies}) + 1;
  RecordedDialogues result;
  while (reader.next()) {
    ++report.rows_read;
    const auto fields = reader.fields();
    if (fields.size() < needed || fields[id].empty() || !reader.valid_text()) {
      report.drop("not an utterance of INSPIRED", reader.place());
      continue;
    }
    ++report.rows_kept;
    if (result.dialogues.empty() || result.dialogues.back().id != fields[id]) {
      result.dialogues.push_back({std::string(fields[id]), {}});
    }
    DialogueMessage message = inspired_message(fields[text], fields[movies]);
    message.by_recommender = fields[speaker] == "RECOMMENDER";
    message.line = reader.line();
    for (const std::string& title : message.items) result.titles.emplace(title, title);
    result.dialogues.back().messages.push_back(std::move(message));
  }
  return result;
}

}  // namespace

RecordedDialogues read_dialogues(const std::filesystem::path& path, DialogueFormat format, LoadReport& report) {
  const std::filesystem::path file = existing_file(path);
  return format == DialogueFormat::redial ? read_redial(file, report) : read_inspired(file, report);
}

}  // namespace recgauge
