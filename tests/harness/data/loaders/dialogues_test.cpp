#include "harness/data/loaders/dialogues.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "harness/data/loaders/data_source.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;

namespace {

std::string redial_line() {
  return "{\"conversationId\": \"7\", \"respondentWorkerId\": 2, \"initiatorWorkerId\": 1, "
         "\"movieMentions\": {\"11\": \"Super Troopers (2001)\", \"12\": \"48 Hrs. \"}, \"messages\": ["
         "{\"senderWorkerId\": 1, \"text\": \"Like @11 or @99, mail me@12.org\"}, "
         "{\"senderWorkerId\": 2, \"text\": \"@12, again @12 and @11!\"}]}\n";
}

}  // namespace

TEST_CASE("ReDial: references become titles, who recommends is told, mentions are kept once a message") {
  const scripted::TemporaryFolder folder;
  folder.write("d.jsonl", redial_line() + "{\"conversationId\": \"8\"}\n" + std::string(40, '[') + "\n");
  LoadReport report;
  const RecordedDialogues read = read_dialogues(folder / "d.jsonl", DialogueFormat::redial, report);
  REQUIRE(read.dialogues.size() == 1);
  const RecordedDialogue& dialogue = read.dialogues[0];
  CHECK(dialogue.id == "7");
  REQUIRE(dialogue.messages.size() == 2);
  CHECK(dialogue.messages[0].text == "Like Super Troopers (2001) or @99, mail me48 Hrs..org");
  CHECK(dialogue.messages[0].items == std::vector<std::string>{"11", "12"});
  CHECK(!dialogue.messages[0].by_recommender);
  CHECK(dialogue.messages[1].by_recommender);
  CHECK(dialogue.messages[1].items == std::vector<std::string>{"12", "11"});
  CHECK(read.titles.at("12") == "48 Hrs.");
  CHECK(report.rows_read == 3);
  CHECK(report.broken.at("not a dialogue of ReDial").count == 2);
  CHECK(report.broken.at("not a dialogue of ReDial").first_places[0].line == 2);
}

TEST_CASE("INSPIRED: utterances of one dialogue belong together, several films stand in one field") {
  const scripted::TemporaryFolder folder;
  folder.write("d.tsv",
               "dialog_id\tutt_id\tspeaker\ttext\tmovies\n"
               "a\t1\tSEEKER\tI saw QUOTATION_MARKHustlersQUOTATION_MARK\tHustlers (2019)\n"
               "a\t2\tRECOMMENDER\tTry these\tSan Andreas (2015);  Die Hard (1988)\n"
               "b\t1\tRECOMMENDER\tHi\t\n"
               "b\t2\n");
  LoadReport report;
  const RecordedDialogues read = read_dialogues(folder / "d.tsv", DialogueFormat::inspired, report);
  REQUIRE(read.dialogues.size() == 2);
  CHECK(read.dialogues[0].messages[0].text == "I saw \"Hustlers\"");
  CHECK(read.dialogues[0].messages[1].by_recommender);
  CHECK(read.dialogues[0].messages[1].items == std::vector<std::string>{"San Andreas (2015)", "Die Hard (1988)"});
  CHECK(read.dialogues[1].messages[0].items.empty());
  CHECK(report.broken.at("not an utterance of INSPIRED").count == 1);
  folder.write("other.tsv", "dialog\tspeaker\n");
  CHECK_THROWS_WITH_AS(read_dialogues(folder / "other.tsv", DialogueFormat::inspired, report),
                       doctest::Contains("there is no column 'dialog_id'"), DataError);
}

TEST_CASE("as a data set, conversations are users and mentions are interactions with titles") {
  const scripted::TemporaryFolder folder;
  folder.write("d.jsonl", redial_line());
  DataSource source;
  source.format = DataFormat::redial;
  source.path = (folder / "d.jsonl").string();
  const LoadedData loaded = load_data(source);
  CHECK(loaded.dataset.interactions.size() == 4);
  CHECK(loaded.report.rows_read == 4);
  CHECK(loaded.report.rows_kept == 4);
  CHECK(loaded.dataset.user_name(UserId{0}) == "7");
  REQUIRE(loaded.dataset.catalogue.find_text("title") != nullptr);
  CHECK(loaded.dataset.catalogue.find_text("title")->values[0] == "Super Troopers (2001)");
}

TEST_CASE("the real files") {
  const std::filesystem::path data = RECGAUGE_SHARED_DATA_DIR;
  if (!std::filesystem::exists(data / "redial")) {
    MESSAGE("skipped: ", data.string(), "/redial is not there");
    return;
  }
  LoadReport report;
  const RecordedDialogues redial = read_dialogues(data / "redial/test_data.jsonl", DialogueFormat::redial, report);
  CHECK(redial.dialogues.size() == 300);
  size_t messages = 0;
  for (const RecordedDialogue& dialogue : redial.dialogues) messages += dialogue.messages.size();
  CHECK(messages == 5837);
  CHECK(report.broken_count() == 0);
  // Values of `cut -f1 | sort -u | wc -l` and `wc -l` on the files.
  LoadReport of_inspired;
  CHECK(read_dialogues(data / "inspired/test.tsv", DialogueFormat::inspired, of_inspired).dialogues.size() == 99);
  CHECK(of_inspired.broken_count() == 0);
  CHECK(of_inspired.rows_kept == 3438);
}
