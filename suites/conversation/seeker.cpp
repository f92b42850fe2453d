#include "suites/conversation/seeker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/system/random.h"
#include "harness/system/text.h"

namespace recgauge::suites {
namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80U;
}

// Both in lower case.
bool names_word(std::string_view text, std::string_view word) {
  if (word.empty()) return false;
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !is_word_character(text[at - 1]);
    const size_t end = at + word.size();
    if (begins && (end == text.size() || !is_word_character(text[end]))) return true;
  }
  return false;
}

const LabelColumn* labels_of(const SuiteContext& context, const std::string& attribute) {
  return attribute.empty() ? nullptr : context.dataset->catalogue.find_labels(attribute);
}

std::string drawn(const std::vector<std::string>& names, RandomStream& stream) {
  return names.empty() ? "" : names[stream.below(static_cast<uint32_t>(names.size()))];
}

SeekerTask task_of(UserId user, const SuiteContext& context, const LabelColumn* labels) {
  SeekerTask task;
  task.user = user;
  task.target = context.split->test->items(user).back();
  if (labels == nullptr) return task;
  const auto own = labels->row(index(task.target));
  RandomStream stream(derive_seed(context.seed, {derive_seed(context.seed, "seekers"), index(user)}));
  std::vector<std::string> liked;
  std::vector<std::string> others;
  for (uint32_t code = 0; code < labels->values.size(); ++code) {
    const bool has = std::find(own.begin(), own.end(), code) != own.end();
    (has ? liked : others).emplace_back(labels->values.name(code));
  }
  task.liked = drawn(liked, stream);
  task.disliked = drawn(others, stream);
  return task;
}

}  // namespace

Seeker::Seeker(SeekerTask task, const SeekerSettings& settings, const SuiteContext& context)
    : task_(std::move(task)), settings_(settings), context_(context), labels_(labels_of(context, settings.attribute)) {
  const auto history = context.split->history->items(task_.user);
  exclusions_.assign(history.begin(), history.end());
}

std::optional<Turn> Seeker::next(const Response* last) {
  if (last == nullptr) {
    say(Speaker::user, "Hello, I am looking for something new. Can you help me?");
    return Turn{request(), {}};
  }
  take(*last);
  if (record_.found_at > 0 || record_.turns >= settings_.turns) return std::nullopt;
  say(Speaker::recommender, last->text);
  std::string reply = reply_to(*last);
  if (!said_dislike_ && !task_.disliked.empty()) {
    reply += fmt::format(" I do not want {}.", task_.disliked);
    said_dislike_ = true;
  }
  say(Speaker::user, std::move(reply));
  return Turn{request(), {}};
}

void Seeker::take(const Response& response) {
  ++record_.turns;
  if (response.outcome != Outcome::ok) {
    ++record_.unusable;
    return;
  }
  count_list(response);
  if (response.text.find('?') != std::string::npos) count_question(response.text);
}

void Seeker::count_list(const Response& response) {
  const size_t shown = std::min<size_t>(response.items.size(), settings_.k);
  for (size_t i = 0; i < shown; ++i) {
    const ItemId item = response.items[i];
    if (item == task_.target && record_.found_at == 0) record_.found_at = record_.turns;
    if (item == kOutOfCatalogue) continue;
    const bool disliked = has_label(item, task_.disliked);
    ++(said_dislike_ ? record_.shown_after : record_.shown_before);
    if (disliked) ++(said_dislike_ ? record_.disliked_after : record_.disliked_before);
    exclusions_.push_back(item);
  }
}

void Seeker::count_question(const std::string& text) {
  ++record_.questions;
  if (!questions_.insert(lower_case(text)).second) ++record_.repeated_questions;
}

std::string Seeker::reply_to(const Response& response) const {
  if (response.text.find('?') != std::string::npos) return answer_to(lower_case(response.text));
  return response.items.empty() ? "What would you recommend?" : "None of these, please show me others.";
}

std::string Seeker::answer_to(const std::string& question) const {
  constexpr std::array<std::string_view, 5> kWordsForKind{"kind", "type", "sort", "genre", "category"};
  // Of labels that contain each other the longest is meant.
  std::string_view named;
  for (uint32_t code = 0; labels_ != nullptr && code < labels_->values.size(); ++code) {
    const std::string_view label = labels_->values.name(code);
    if (label.size() > named.size() && names_word(question, lower_case(label))) named = label;
  }
  if (!named.empty())
    return fmt::format(fmt::runtime(has_label(task_.target, named) ? "Yes, {}." : "No, not {}."), named);
  const bool about_kind =
      names_word(question, lower_case(settings_.attribute)) ||
      std::any_of(kWordsForKind.begin(), kWordsForKind.end(), [&](auto word) { return names_word(question, word); });
  return about_kind && !task_.liked.empty() ? fmt::format("Something like {}.", task_.liked) : "I do not know.";
}

bool Seeker::has_label(ItemId item, std::string_view label) const {
  if (labels_ == nullptr || label.empty()) return false;
  const auto row = labels_->row(index(item));
  return std::any_of(row.begin(), row.end(), [&](uint32_t code) { return labels_->values.name(code) == label; });
}

void Seeker::say(Speaker speaker, std::string text) {
  texts_.push_back(std::move(text));
  dialogue_.push_back({speaker, texts_.back()});
}

Request Seeker::request() {
  Request request;
  request.user = task_.user;
  request.history = context_.split->history->items(task_.user);
  request.history_values = context_.split->history->values(task_.user);
  request.history_times = context_.split->history->times(task_.user);
  request.k = settings_.k;
  if (!context_.pool->is_full()) request.candidates = context_.pool->candidates(task_.user);
  request.exclusions = exclusions_;
  request.dialogue = dialogue_;
  return request;
}

SeekerPopulation::SeekerPopulation(uint32_t seekers, SeekerSettings settings, const SuiteContext& context)
    : settings_(std::move(settings)), context_(context) {
  std::vector<std::pair<uint64_t, UserId>> order;
  for (const UserId user : context.split->test_users) {
    if (context.split->test->row_size(user) == 0) continue;
    order.emplace_back(derive_seed(context.seed, {derive_seed(context.seed, "who seeks"), index(user)}), user);
  }
  const size_t count = std::min<size_t>(seekers, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<ptrdiff_t>(count), order.end());
  const LabelColumn* labels = labels_of(context, settings_.attribute);
  for (size_t i = 0; i < count; ++i) tasks_.push_back(task_of(order[i].second, context, labels));
}

std::unique_ptr<Seeker> SeekerPopulation::make_seeker(size_t i) const {
  return std::make_unique<Seeker>(tasks_[i], settings_, context_);
}

}  // namespace recgauge::suites
