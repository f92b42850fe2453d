#include "suites/conversation/recorded_turns.h"

#include <algorithm>

namespace recgauge::suites {
namespace {

UserId user_of(const RecordedDialogue& dialogue, const Dataset& dataset) {
  const uint32_t user = dataset.users.names.find(dialogue.id);
  return user == NameTable::kNotFound ? kNoUser : UserId{user};
}

bool contains(const std::vector<ItemId>& items, ItemId item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

}  // namespace

RecordedTurns::RecordedTurns(std::vector<RecordedDialogue> dialogues, uint32_t k, const SuiteContext& context)
    : dialogues_(std::move(dialogues)), said_(dialogues_.size()), k_(k) {
  counts_.dialogues = dialogues_.size();
  for (size_t i = 0; i < dialogues_.size(); ++i) {
    users_.push_back(user_of(dialogues_[i], *context.dataset));
    if (users_[i] != kNoUser && context.split->train->row_size(users_[i]) > 0) {
      ++counts_.trained_on;
      continue;
    }
    add_dialogue(i, context);
  }
}

void RecordedTurns::add_dialogue(size_t dialogue, const SuiteContext& context) {
  std::vector<ItemId> mentioned;
  const std::vector<DialogueMessage>& messages = dialogues_[dialogue].messages;
  for (size_t m = 0; m < messages.size(); ++m) {
    RecordedTurn turn{dialogue, m, mentioned, {}, 0};
    for (const std::string& name : messages[m].items) {
      const uint32_t item = context.dataset->catalogue.names.find(name);
      if (item == NameTable::kNotFound) {
        ++turn.unknown;
      } else if (!contains(mentioned, ItemId{item})) {
        mentioned.push_back(ItemId{item});
        turn.relevant.push_back(ItemId{item});
      }
    }
    said_[dialogue].push_back({messages[m].by_recommender ? Speaker::recommender : Speaker::user, messages[m].text});
    if (m == 0 || !messages[m].by_recommender || turn.relevant.size() + turn.unknown == 0) continue;
    counts_.unknown += turn.unknown;
    turns_.push_back(std::move(turn));
  }
}

Request RecordedTurns::at(size_t i) const {
  const RecordedTurn& turn = turns_[i];
  Request request;
  request.user = users_[turn.dialogue];
  request.k = k_;
  request.history = turn.history;
  request.exclusions = turn.history;
  request.dialogue = std::span(said_[turn.dialogue]).first(turn.message);
  return request;
}

}  // namespace recgauge::suites
