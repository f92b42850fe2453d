#include "suites/conversation/conversation_suite.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/system/error.h"
#include "suites/conversation/certificate.h"

namespace recgauge::suites {
namespace {

// The label column that conversations are about.
std::string chosen_attribute(const std::string& wanted, const Catalogue& catalogue) {
  if (wanted.empty()) return catalogue.labels.empty() ? "" : catalogue.labels.front().name;
  if (catalogue.find_labels(wanted) != nullptr) return wanted;
  std::vector<std::string> known;
  for (const LabelColumn& column : catalogue.labels) known.push_back(column.name);
  throw ConfigError(
      fmt::format("suites.conversation.attribute: items have no labels '{}'; {}", wanted,
                  known.empty() ? "they have none at all" : fmt::format("they have {}", fmt::join(known, ", "))));
}

std::vector<RecordedDialogue> read_all(const std::vector<DialogueFile>& files, const SuiteContext& context) {
  std::vector<RecordedDialogue> dialogues;
  for (const DialogueFile& file : files) {
    LoadReport report;
    const std::string path = context.find_file(file.path, "suites.conversation.dialogues.path");
    RecordedDialogues read = read_dialogues(path, file.format, report);
    report.check(0.01, path);
    std::move(read.dialogues.begin(), read.dialogues.end(), std::back_inserter(dialogues));
  }
  return dialogues;
}

}  // namespace

ConversationSuite::ConversationSuite(ConversationConfig config) : config_(std::move(config)) {
  if (config_.seekers == 0 && config_.dialogues.empty()) {
    throw ConfigError("suites.conversation asks nothing: seekers is 0 and no file of dialogues is named");
  }
  if (config_.cutoffs.empty()) throw ConfigError("suites.conversation.cutoffs is empty; name at least one list length");
}

SuiteInfo ConversationSuite::info() const {
  return {
      "conversation",
      "1.0.0",
      "Does the system find what somebody looks for by talking with them, and does it listen?",
      "Simulated users look for one item of their own future. They answer questions about it truthfully, say once "
      "what they do not want, and stop when the item is in a list or after the last turn. In recorded conversations "
      "a system is shown what was said up to a message in which a person recommended; its list is held against "
      "that person's items. Systems without a dialogue of their own get the same requests without the words. "
      "Intervals are bootstrap intervals over conversations; systems are compared in pairs on the same "
      "conversations with sign-flip permutation tests, Holm-corrected.",
      "Simulated users know no small talk, understand a question by the labels that it names, and never change "
      "their mind. What a person recommended in a recorded conversation is one good answer of many.",
      {"Christakopoulou et al. 2016", "Li et al. 2018", "Hayati et al. 2020", "Phipson & Smyth 2010"}};
}

ConversationPlan ConversationSuite::plan(const SuiteContext& context) const {
  ConversationPlan plan;
  plan.attribute = chosen_attribute(config_.attribute, context.dataset->catalogue);
  if (config_.seekers > 0) {
    plan.seekers = std::make_shared<SeekerPopulation>(
        config_.seekers, SeekerSettings{config_.turns, config_.k, plan.attribute}, context);
  }
  if (!config_.dialogues.empty()) {
    const uint32_t k = *std::max_element(config_.cutoffs.begin(), config_.cutoffs.end());
    if (k > context.dataset->catalogue.size()) {
      throw ConfigError(fmt::format("suites.conversation.cutoffs: {} is more than the {} items of the catalogue", k,
                                    context.dataset->catalogue.size()));
    }
    plan.recorded = std::make_shared<RecordedTurns>(read_all(config_.dialogues, context), k, context);
  }
  return plan;
}

std::vector<Probe> ConversationSuite::probes(const SuiteContext& context) const {
  const ConversationPlan plan = this->plan(context);
  std::vector<Probe> probes;
  if (plan.seekers) probes.push_back({kSeekerProbe, "", nullptr, plan.seekers, {}});
  if (plan.recorded) probes.push_back({kRecordedProbe, "", plan.recorded, nullptr, {}});
  return probes;
}

Assessment ConversationSuite::assess(const Run& run, const SuiteContext& context,
                                     std::span<const AssessedSystem> systems) const {
  Assessment assessment = assess_conversations(config_, plan(context), run, context, systems);
  assessment.result.info = info();
  assessment.result.certificates = conversation_certificates();
  return assessment;
}

}  // namespace recgauge::suites
