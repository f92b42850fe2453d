#include "suites/counterfactual/experiments.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <unordered_set>

#include "harness/data/loaders/record_reader.h"
#include "harness/system/error.h"
#include "harness/system/random.h"
#include "harness/system/whole_file.h"
#include "suites/counterfactual/counterfactual_suite.h"

namespace recgauge::suites {
namespace {

using ValuesByAttribute = std::map<std::string, std::vector<std::string>>;

constexpr uint64_t kUsersOfFlips = 1;
constexpr uint64_t kUsersOfOrders = 2;
constexpr uint64_t kCandidates = 3;
constexpr uint64_t kOrders = 4;

// Ascending; the same whatever else is asked.
std::vector<UserId> drawn_users(uint32_t count, uint64_t purpose, const SuiteContext& context) {
  std::vector<UserId> users = context.split->test_users;
  RandomStream stream(derive_seed(context.seed, {purpose}));
  shuffle(users, stream);
  users.resize(std::min<size_t>(users.size(), count));
  std::sort(users.begin(), users.end());
  return users;
}

std::vector<Arm> reference_arms(uint32_t repeats) {
  std::vector<Arm> arms{Arm{}};
  for (uint32_t r = 1; r <= repeats; ++r) arms.push_back({Arm::Kind::repeat, "", "", r});
  return arms;
}

std::vector<Arm> value_arms(const ValuesByAttribute& values, uint32_t repeats) {
  std::vector<Arm> arms = reference_arms(repeats);
  for (const auto& [attribute, names] : values) {
    for (const std::string& name : names) arms.push_back({Arm::Kind::value, attribute, name, 0});
  }
  return arms;
}

const CategoricalColumn& column_of(const std::string& name, const UserTable& users) {
  const CategoricalColumn* column = users.find_attribute(name);
  if (column != nullptr) return *column;
  std::vector<std::string> known;
  for (const CategoricalColumn& other : users.attributes) known.push_back(other.name);
  throw ConfigError(
      fmt::format("suites.counterfactual.flips.attributes: users have no attribute '{}'; {}", name,
                  known.empty() ? "they have none" : fmt::format("they have {}", fmt::join(known, ", "))));
}

ValuesByAttribute told_values(const FlipConfig& config, const UserTable& users) {
  ValuesByAttribute values;
  const auto add = [&](const CategoricalColumn& column) {
    for (uint32_t i = 0; i < column.values.size(); ++i) values[column.name].emplace_back(column.values.name(i));
  };
  for (const std::string& name : config.attributes) add(column_of(name, users));
  if (config.attributes.empty()) {
    for (const CategoricalColumn& column : users.attributes) {
      if (column.values.size() >= 2 && column.values.size() <= config.most_values) add(column);
    }
  }
  if (values.empty()) {
    throw ConfigError(
        "suites.counterfactual.flips: users have no attribute that could be told; give the data a side "
        "file of users, raise most_values, or leave flips out");
  }
  return values;
}

// Values are not searched for further places.
std::string filled(const std::string& text, const std::map<std::string, std::string>& values) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const auto found = std::find_if(values.begin(), values.end(), [&](const auto& entry) {
      return text.compare(at, entry.first.size(), entry.first) == 0;
    });
    if (found == values.end()) {
      result += text[at++];
    } else {
      result += found->second;
      at += found->first.size();
    }
  }
  return result;
}

class FlipExperiment : public Experiment {
 public:
  FlipExperiment(const FlipConfig& config, const ValuesByAttribute& values, uint32_t k, uint32_t repeats,
                 const SuiteContext& context)
      : Experiment("flips", value_arms(values, repeats), k),
        split_(context.split),
        users_(drawn_users(config.users, kUsersOfFlips, context)) {
    // An attribute that is not told is withheld, also where the system's configuration would tell it.
    for (const auto& [name, unused] : values) names_.push_back(name);
    for (const Arm& arm : this->arms()) {
      std::vector<DisclosedAttribute>& told = told_.emplace_back();
      const bool as_attribute = config.sentence.empty();
      for (const std::string& name : names_) {
        told.push_back({name, as_attribute && arm.attribute == name ? std::string_view(arm.value) : ""});
      }
      said_.push_back(arm.kind == Arm::Kind::value
                          ? filled(config.sentence, {{"{attribute}", arm.attribute}, {"{value}", arm.value}})
                          : "");
    }
  }

  size_t units() const override { return users_.size(); }

  Request ask(size_t unit, size_t arm) const override {
    Request request = history_request(*split_, users_[unit], k());
    request.attributes = told_[arm];
    request.instruction = said_[arm];
    request.repetition = arms()[arm].repetition;
    return request;
  }

 private:
  std::shared_ptr<const Split> split_;
  std::vector<UserId> users_;
  std::vector<std::string> names_;
  std::vector<std::vector<DisclosedAttribute>> told_;  // by arm; views of names_ and of the arms
  std::vector<std::string> said_;                      // by arm
};

ValuesByAttribute read_attributes(const std::string& path) {
  const nlohmann::json json = nlohmann::json::parse(read_whole_file(path), nullptr, false);
  if (!json.is_object())
    throw DataError(
        fmt::format("{} is not a JSON object of lists, as {{\"gender\": [\"a male\", \"a female\"]}}", path));
  ValuesByAttribute values;
  for (const auto& [name, list] : json.items()) {
    if (!list.is_array() || !std::all_of(list.begin(), list.end(), [](const auto& v) { return v.is_string(); })) {
      throw DataError(fmt::format("{}: '{}' is not a list of texts", path, name));
    }
    values[name] = list.get<std::vector<std::string>>();
  }
  return values;
}

ValuesByAttribute worded_values(const WordingConfig& config, const SuiteContext& context) {
  ValuesByAttribute values = config.attributes;
  if (!config.attributes_file.empty()) {
    values.merge(
        read_attributes(context.find_file(config.attributes_file, "suites.counterfactual.wording.attributes_file")));
  }
  std::erase_if(values, [](const auto& entry) { return entry.second.size() < 2; });
  if (values.empty()) {
    throw ConfigError(
        "suites.counterfactual.wording has no attribute with two values; give attributes, as "
        "{gender: [a male, a female]}, or attributes_file");
  }
  return values;
}

std::vector<std::string> subjects_of(const WordingConfig& config, const SuiteContext& context) {
  std::vector<std::string> subjects = config.subject_names;
  if (!config.subjects_file.empty()) {
    const std::string path = context.find_file(config.subjects_file, "suites.counterfactual.wording.subjects_file");
    RecordReader reader(path, {",", true, TextEncoding::utf8});
    reader.next();  // names of columns
    while (subjects.size() < config.subjects && reader.next()) {
      if (!reader.valid_text()) throw DataError(reader.place(1), "the text is not UTF-8; convert the file");
      if (!reader.fields()[0].empty()) subjects.emplace_back(reader.fields()[0]);
    }
  }
  subjects.resize(std::min<size_t>(subjects.size(), config.subjects));
  if (subjects.size() < 2) {
    throw ConfigError("suites.counterfactual.wording needs two subjects at least; give subject_names or subjects_file");
  }
  return subjects;
}

class WordingExperiment : public Experiment {
 public:
  WordingExperiment(const WordingConfig& config, const ValuesByAttribute& values, std::vector<std::string> subjects,
                    uint32_t k, uint32_t repeats)
      : Experiment("wording", value_arms(values, repeats), k), units_(subjects.size()) {
    texts_.reserve(size());
    for (const std::string& subject : subjects) {
      for (const Arm& arm : arms()) {
        texts_.push_back(
            filled(config.template_text, {{"{attribute}", arm.kind == Arm::Kind::value ? arm.value : config.neutral},
                                          {"{subject}", subject},
                                          {"{k}", std::to_string(k)}}));
      }
    }
    for (const std::string& text : texts_) turns_.push_back({Speaker::user, text});
  }

  size_t units() const override { return units_; }

  Request ask(size_t unit, size_t arm) const override {
    Request request;
    request.k = k();
    request.dialogue = std::span(turns_).subspan(unit * arms().size() + arm, 1);
    request.repetition = arms()[arm].repetition;
    return request;
  }

 private:
  size_t units_;
  std::vector<std::string> texts_;
  std::vector<DialogueTurn> turns_;
};

std::vector<Arm> order_arms(uint32_t orders, uint32_t repeats) {
  std::vector<Arm> arms = reference_arms(repeats);
  for (uint32_t i = 0; i < orders; ++i) {
    if (i > 0) arms.push_back({Arm::Kind::order, "", fmt::format("order {}", i + 1), 0});
    arms.push_back({Arm::Kind::order, "", fmt::format("order {} backwards", i + 1), 0});
  }
  return arms;
}

}  // namespace

std::vector<std::pair<std::string, std::vector<size_t>>> Experiment::attributes() const {
  std::vector<std::pair<std::string, std::vector<size_t>>> found;
  for (size_t arm = 0; arm < arms_.size(); ++arm) {
    if (arms_[arm].kind != Arm::Kind::value) continue;
    if (found.empty() || found.back().first != arms_[arm].attribute) found.push_back({arms_[arm].attribute, {}});
    found.back().second.push_back(arm);
  }
  return found;
}

std::vector<size_t> Experiment::arms_of(Arm::Kind kind) const {
  std::vector<size_t> found;
  for (size_t arm = 0; arm < arms_.size(); ++arm) {
    if (arms_[arm].kind == kind) found.push_back(arm);
  }
  return found;
}

std::shared_ptr<const Experiment> make_flips(const FlipConfig& config, uint32_t k, uint32_t repeats,
                                             const SuiteContext& context) {
  return std::make_shared<FlipExperiment>(config, told_values(config, context.dataset->users), k, repeats, context);
}

std::shared_ptr<const Experiment> make_wording(const WordingConfig& config, uint32_t k, uint32_t repeats,
                                               const SuiteContext& context) {
  return std::make_shared<WordingExperiment>(config, worded_values(config, context), subjects_of(config, context), k,
                                             repeats);
}

OrderExperiment::OrderExperiment(const OrderConfig& config, uint32_t repeats, const SuiteContext& context)
    : Experiment("order", order_arms(config.orders, repeats), config.k),
      users_(drawn_users(config.users, kUsersOfOrders, context)),
      candidates_(config.candidates),
      split_(context.split) {
  draw_candidates(context);
}

void OrderExperiment::draw_candidates(const SuiteContext& context) {
  const size_t items = context.dataset->catalogue.size();
  for (const UserId user : users_) {
    const auto history = split_->history->items(user);
    const auto test = split_->test->items(user);
    std::unordered_set<ItemId> taken(history.begin(), history.end());
    taken.insert(test.begin(), test.end());
    if (items < taken.size() + candidates_) {
      throw ConfigError(
          fmt::format("suites.counterfactual.order.candidates: {} items are more than a user has not had "
                      "of {}; ask for fewer",
                      candidates_, items));
    }
    RandomStream stream(derive_seed(context.seed, {kCandidates, index(user)}));
    std::vector<ItemId> chosen;
    if (!test.empty()) chosen.push_back(test.front());
    while (chosen.size() < candidates_) {
      const ItemId item{static_cast<uint32_t>(stream.below(items))};
      if (taken.insert(item).second) chosen.push_back(item);
    }
    std::sort(chosen.begin(), chosen.end());
    draw_orders(user, chosen, context.seed);
    sorted_.insert(sorted_.end(), chosen.begin(), chosen.end());
  }
}

void OrderExperiment::draw_orders(UserId user, const std::vector<ItemId>& chosen, uint64_t seed) {
  std::vector<ItemId> order;
  uint64_t drawn = 0;
  for (const Arm& arm : arms()) {
    const bool backwards = arm.value.ends_with("backwards");
    if (arm.kind == Arm::Kind::reference || (arm.kind == Arm::Kind::order && !backwards)) {
      order = chosen;
      RandomStream places(derive_seed(seed, {kOrders, index(user), drawn++}));
      shuffle(order, places);
    }
    if (backwards) {
      shown_.insert(shown_.end(), order.rbegin(), order.rend());
    } else {
      shown_.insert(shown_.end(), order.begin(), order.end());
    }
  }
}

std::span<const ItemId> OrderExperiment::shown(size_t unit, size_t arm) const {
  return std::span(shown_).subspan((unit * arms().size() + arm) * candidates_, candidates_);
}

Request OrderExperiment::ask(size_t unit, size_t arm) const {
  Request request = history_request(*split_, users_[unit], k());
  request.candidates = std::span(sorted_).subspan(unit * candidates_, candidates_);
  request.presentation = shown(unit, arm);
  request.repetition = arms()[arm].repetition;
  return request;
}

}  // namespace recgauge::suites
