// A simulated user who looks for one item and tells about it only what is asked.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "harness/verdict/suite.h"

namespace recgauge::suites {

/// What one seeker looks for, and what they would say.
struct SeekerTask {
  UserId user = kNoUser;
  ItemId target = kOutOfCatalogue;
  std::string liked;     ///< label of the target; empty where it has none
  std::string disliked;  ///< label that the target does not have; empty where there is none
};

/// What became of a conversation so far.
struct SeekerRecord {
  uint32_t turns = 0;     ///< answers that came
  uint32_t unusable = 0;  ///< of them, with another outcome than ok
  uint32_t found_at = 0;  ///< turn from 1 in whose list the target was; 0 for never
  uint32_t questions = 0;
  uint32_t repeated_questions = 0;  ///< in the very words of an earlier one of the conversation
  uint32_t shown_before = 0;        ///< items in lists before the dislike was said
  uint32_t disliked_before = 0;     ///< of them, with the label that is disliked
  uint32_t shown_after = 0;
  uint32_t disliked_after = 0;
};

struct SeekerSettings {
  uint32_t turns = 8;
  uint32_t k = 10;
  std::string attribute;  ///< label column that conversations are about; empty where there is none
};

/// Says what they look for in general, then answers: a question that names a label with yes or no, a question about the
/// kind with the target's label, another question with not knowing, a list without the target by asking for others. In
/// the second turn they add what they do not want. The conversation ends when the target is in the first k items of a
/// list, or after the last turn. Items that were shown are excluded from later lists.
class Seeker : public SimulatedUser {
 public:
  Seeker(SeekerTask task, const SeekerSettings& settings, const SuiteContext& context);

  std::optional<Turn> next(const Response* last) override;
  const SeekerRecord& record() const { return record_; }

 private:
  void take(const Response& response);
  void count_list(const Response& response);
  void count_question(const std::string& text);
  std::string reply_to(const Response& response) const;
  std::string answer_to(const std::string& question) const;
  bool has_label(ItemId item, std::string_view label) const;
  void say(Speaker speaker, std::string text);
  Request request();

  SeekerTask task_;
  const SeekerSettings& settings_;
  const SuiteContext& context_;
  const LabelColumn* labels_;
  SeekerRecord record_;
  bool said_dislike_ = false;
  std::set<std::string> questions_;
  std::vector<ItemId> exclusions_;
  std::deque<std::string> texts_;  // what the turns point to
  std::vector<DialogueTurn> dialogue_;
};

/// Seekers for test users, each with the last of the user's test items as target. Which users is drawn by the seed.
/// `context` must outlive the population.
class SeekerPopulation : public SimulatedPopulation {
 public:
  SeekerPopulation(uint32_t seekers, SeekerSettings settings, const SuiteContext& context);

  size_t size() const override { return tasks_.size(); }
  std::unique_ptr<SimulatedUser> make(size_t i) const override { return make_seeker(i); }
  std::unique_ptr<Seeker> make_seeker(size_t i) const;
  const SeekerTask& task(size_t i) const { return tasks_[i]; }

 private:
  SeekerSettings settings_;
  SuiteContext context_;
  std::vector<SeekerTask> tasks_;
};

}  // namespace recgauge::suites
