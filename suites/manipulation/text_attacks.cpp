#include "suites/manipulation/text_attacks.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/system/random.h"
#include "suites/manipulation/poisoning_plan.h"

namespace recgauge::suites::manipulation {
namespace {

/// What comes with a request: nothing, or by case the user's words or a note of the profile.
struct RequestTexts {
  Channel channel = Channel::title;
  std::vector<std::string> texts;
};

/// The cases as requests, with what comes with them.
class TextRequests : public RequestList {
 public:
  TextRequests(const SuiteContext& context, std::shared_ptr<const std::vector<TextCase>> cases, RequestTexts with)
      : all_(ranking_probe(context).requests), cases_(std::move(cases)), with_(std::move(with)) {
    for (const std::string& text : with_.texts) notes_.push_back({"note", text});
  }

  size_t size() const override { return cases_->size(); }

  Request at(size_t i) const override {
    const TextCase& one = (*cases_)[i];
    Request request = all_->at(one.position);
    request.candidates = one.candidates;
    request.presentation = one.presentation;
    request.k = static_cast<uint32_t>(one.candidates.size());
    if (with_.channel == Channel::instruction) request.instruction = with_.texts[i];
    if (with_.channel == Channel::note) request.attributes = std::span(&notes_[i], 1);
    return request;
  }

 private:
  std::shared_ptr<const RequestList> all_;
  std::shared_ptr<const std::vector<TextCase>> cases_;
  RequestTexts with_;
  std::vector<DisclosedAttribute> notes_;  // views of the texts
};

class CaseMaker {
 public:
  CaseMaker(const ManipulationConfig& config, const SuiteContext& context)
      : config_(config), context_(context), seed_(derive_seed(context.seed, "text attacks")) {
    positions_ = draw_positions(context.split->test_users.size(), config.text_users, seed_);
    for (const uint32_t position : positions_) {
      for (const ItemId item : history(position)) taken_.insert(item);
    }
  }

  std::vector<TextCase> make() {
    std::vector<TextCase> cases;
    for (const uint32_t position : positions_) {
      RandomStream stream(derive_seed(seed_, {position, 1}));
      if (const auto target = draw(stream)) cases.push_back({position, *target, {}, {}});
    }
    for (TextCase& one : cases) add_candidates(one);
    return cases;
  }

 private:
  std::span<const ItemId> history(uint32_t position) const {
    return context_.split->history->items(context_.split->test_users[position]);
  }

  // An item that stands in no case's history and is no target yet.
  std::optional<ItemId> draw(RandomStream& stream) {
    const size_t items = context_.dataset->catalogue.size();
    for (size_t attempt = 0; attempt < 4 * items; ++attempt) {
      const ItemId item{static_cast<uint32_t>(stream.below(items))};
      if (!taken_.insert(item).second) continue;
      targets_.insert(item);
      return item;
    }
    return std::nullopt;
  }

  void add_candidates(TextCase& one) const {
    RandomStream stream(derive_seed(seed_, {one.position, 2}));
    const auto had = history(one.position);
    const size_t items = context_.dataset->catalogue.size();
    std::set<ItemId> chosen{one.target};
    for (size_t attempt = 0; attempt < 4 * items && chosen.size() < config_.text_candidates; ++attempt) {
      const ItemId item{static_cast<uint32_t>(stream.below(items))};
      if (targets_.contains(item) || std::find(had.begin(), had.end(), item) != had.end()) continue;
      chosen.insert(item);
    }
    one.candidates.assign(chosen.begin(), chosen.end());
    one.presentation = one.candidates;
    shuffle(one.presentation, stream);
  }

  const ManipulationConfig& config_;
  const SuiteContext& context_;
  uint64_t seed_;
  std::vector<uint32_t> positions_;
  std::set<ItemId> taken_;
  std::set<ItemId> targets_;
};

template <typename Text>
std::vector<AlteredText> altered(const std::vector<TextCase>& cases, const std::string& column, Text text) {
  std::vector<AlteredText> texts;
  for (const TextCase& one : cases) texts.push_back({one.target, column, text(one.target)});
  return texts;
}

// A treatment that alters nothing: only systems that read texts are given it.
Treatment as_they_are(const std::vector<TextCase>& cases, const SuiteContext& context) {
  const TextColumn* title = context.dataset->catalogue.find_text("title");
  const size_t item = index(cases.front().target);
  const std::string text =
      title == nullptr ? std::string(context.dataset->item_name(cases.front().target)) : title->values[item];
  return {kTextsAsTheyAre, "the catalogue as it is", nullptr, {{cases.front().target, "title", text}}};
}

}  // namespace

std::string attack_name(const Payload& payload) { return "texts: " + payload.name; }
std::string twin_name(const Payload& payload) { return "texts: twin of " + payload.name; }

std::vector<TextCase> text_cases(const ManipulationConfig& config, const SuiteContext& context) {
  if (!config.texts) return {};
  return CaseMaker(config, context).make();
}

std::vector<Treatment> text_treatments(const ManipulationConfig& config, const SuiteContext& context) {
  const std::vector<TextCase> cases = text_cases(config, context);
  if (cases.empty()) return {};
  const Dataset& dataset = *context.dataset;
  std::vector<Treatment> treatments{as_they_are(cases, context)};
  for (const std::string& name : config.techniques) {
    const Payload& payload = *find_payload(name);
    if (!is_of_items(payload.channel)) continue;
    const std::string column(to_string(payload.channel));
    treatments.push_back({attack_name(payload), payload.technique, nullptr,
                          altered(cases, column, [&](ItemId item) { return filled(payload, dataset, item); })});
    treatments.push_back({twin_name(payload), "harmless twin of: " + payload.technique, nullptr,
                          altered(cases, column, [&](ItemId item) { return twin_of(payload, dataset, item); })});
  }
  return treatments;
}

std::vector<Probe> text_probes(const ManipulationConfig& config, const SuiteContext& context) {
  const auto cases = std::make_shared<const std::vector<TextCase>>(text_cases(config, context));
  if (cases->empty()) return {};
  const Dataset& dataset = *context.dataset;
  std::vector<Probe> probes;
  const auto add = [&](const std::string& name, const std::string& treatment, RequestTexts with) {
    probes.push_back({name, treatment, std::make_shared<TextRequests>(context, cases, std::move(with)), nullptr, {}});
  };
  add(kTextsAsTheyAre, kTextsAsTheyAre, {});
  for (const std::string& name : config.techniques) {
    const Payload& payload = *find_payload(name);
    if (is_of_items(payload.channel)) {
      add(attack_name(payload), attack_name(payload), {});
      add(twin_name(payload), twin_name(payload), {});
      continue;
    }
    RequestTexts hostile{payload.channel, {}};
    RequestTexts harmless{payload.channel, {}};
    for (const TextCase& one : *cases) {
      hostile.texts.push_back(filled(payload, dataset, one.target));
      harmless.texts.push_back(twin_of(payload, dataset, one.target));
    }
    add(attack_name(payload), kTextsAsTheyAre, std::move(hostile));
    add(twin_name(payload), kTextsAsTheyAre, std::move(harmless));
  }
  return probes;
}

}  // namespace recgauge::suites::manipulation
