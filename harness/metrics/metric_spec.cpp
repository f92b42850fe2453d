#include "harness/metrics/metric_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "harness/system/error.h"

namespace recgauge::metrics {
namespace {

constexpr std::array<std::string_view, 8> kProfiles{"recgauge", "trec_eval", "recbole", "elliot",
                                                    "replay",   "vae_cf",    "daisy",   "lenskit"};

struct ProfileEntry {
  std::string_view profile;
  Family family;
  const char* parameter;
  const char* value;
};

// Where a library's variant differs from the first value of the family's parameter.
constexpr ProfileEntry kProfileTable[] = {
    {"trec_eval", Family::ndcg, "gain", "linear"},
    {"trec_eval", Family::dcg, "gain", "linear"},
    {"trec_eval", Family::average_precision, "denominator", "relevant"},
    {"recbole", Family::average_precision, "denominator", "min"},
    {"recbole", Family::gini, "normaliser", "n"},
    {"recbole", Family::entropy, "divide_by", "distinct_items"},
    {"elliot", Family::average_precision, "denominator", "mean_precision"},
    {"elliot", Family::gini, "report", "complement"},
    {"replay", Family::average_precision, "denominator", "min"},
    {"vae_cf", Family::recall, "denominator", "min"},
    {"daisy", Family::ndcg, "ideal", "retrieved"},
    {"daisy", Family::average_precision, "denominator", "hits"},
    {"lenskit", Family::ndcg, "discount", "lenskit"},
    {"lenskit", Family::ndcg, "gain", "linear"},
    {"lenskit", Family::dcg, "discount", "lenskit"},
    {"lenskit", Family::dcg, "gain", "linear"},
    {"lenskit", Family::recall, "denominator", "min"},
};

std::string trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

[[noreturn]] void complain(std::string_view metric, const std::string& problem) {
  throw ConfigError(fmt::format("metric '{}': {}", metric, problem));
}

// "; did you mean 'x'?" or else all the words that would do.
template <typename Words>
std::string suggestion(const std::string& word, const Words& known) {
  const std::string nearest = nearest_word(word, known);
  const std::string all = known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "));
  return nearest.empty() ? "; known are: " + all : fmt::format("; did you mean '{}'? Known are: {}", nearest, all);
}

const MetricFamily& find_family(std::string_view metric, const std::string& name) {
  std::vector<std::string> known;
  for (const MetricFamily& family : metric_families()) {
    known.push_back(family.name);
    known.insert(known.end(), family.aliases.begin(), family.aliases.end());
    if (std::find(known.end() - static_cast<std::ptrdiff_t>(1 + family.aliases.size()), known.end(), name) !=
        known.end()) {
      return family;
    }
  }
  complain(metric, fmt::format("unknown metric '{}'{}", name, suggestion(name, known)));
}

std::map<std::string, std::string> profile_parameters(const MetricFamily& family, std::string_view profile) {
  if (std::find(kProfiles.begin(), kProfiles.end(), profile) == kProfiles.end()) {
    throw ConfigError(
        fmt::format("unknown metric profile '{}'{}", profile, suggestion(std::string(profile), kProfiles)));
  }
  std::map<std::string, std::string> values;
  for (const MetricParameter& parameter : family.parameters) values[parameter.name] = parameter.values.front();
  for (const ProfileEntry& entry : kProfileTable) {
    if (entry.profile == profile && entry.family == family.family) values[entry.parameter] = entry.value;
  }
  return values;
}

void set_parameter(std::string_view metric, const MetricFamily& family, const std::string& assignment,
                   MetricSpec& spec) {
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos) complain(metric, fmt::format("expected name=value, found '{}'", assignment));
  const std::string name = trimmed(std::string_view(assignment).substr(0, equals));
  const std::string value = trimmed(std::string_view(assignment).substr(equals + 1));
  std::vector<std::string> known;
  for (const MetricParameter& parameter : family.parameters) {
    known.push_back(parameter.name);
    if (parameter.name != name) continue;
    if (std::find(parameter.values.begin(), parameter.values.end(), value) == parameter.values.end()) {
      complain(metric, fmt::format("{} cannot be '{}'{}", name, value, suggestion(value, parameter.values)));
    }
    spec.parameters[name] = value;
    return;
  }
  complain(metric, fmt::format("{} has no parameter '{}'{}", family.name, name, suggestion(name, known)));
}

void set_parameters(std::string_view metric, const MetricFamily& family, std::string_view inside, MetricSpec& spec) {
  while (!trimmed(inside).empty()) {
    const size_t comma = std::min(inside.find(','), inside.size());
    set_parameter(metric, family, trimmed(inside.substr(0, comma)), spec);
    inside.remove_prefix(std::min(inside.size(), comma + 1));
  }
}

uint32_t parse_cutoff(std::string_view metric, const std::string& text) {
  uint32_t cutoff = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cutoff);
  if (error != std::errc{} || end != text.data() + text.size() || cutoff == 0 || cutoff > 100000) {
    complain(metric, fmt::format("the cutoff '{}' must be a whole number from 1 to 100000", text));
  }
  return cutoff;
}

std::string render(const MetricSpec& spec, bool only_differences) {
  const MetricFamily& family = family_of(spec);
  std::string inside;
  for (const MetricParameter& parameter : family.parameters) {
    const std::string& value = spec.parameter(parameter.name);
    if (only_differences && value == parameter.values.front()) continue;
    inside += fmt::format("{}{}={}", inside.empty() ? "" : ",", parameter.name, value);
  }
  return family.name + (inside.empty() ? "" : "(" + inside + ")") +
         (spec.cutoff > 0 ? "@" + std::to_string(spec.cutoff) : "");
}

}  // namespace

std::span<const std::string_view> profile_names() { return kProfiles; }

MetricSpec parse_metric(std::string_view text, std::string_view profile) {
  const size_t at = text.rfind('@');
  std::string_view head = text.substr(0, at);
  const size_t open = head.find('(');
  const MetricFamily& family = find_family(text, trimmed(head.substr(0, open)));
  MetricSpec spec{family.family, profile_parameters(family, profile), 0};
  if (open != std::string_view::npos) {
    const size_t close = head.rfind(')');
    if (close == std::string_view::npos || close < open || !trimmed(head.substr(close + 1)).empty()) {
      complain(text, "the parameter list must end with ')'");
    }
    set_parameters(text, family, head.substr(open + 1, close - open - 1), spec);
  }
  const bool has_cutoff = at != std::string_view::npos;
  if (has_cutoff && family.cutoff == CutoffRule::forbidden) {
    complain(text, fmt::format("{0} takes no cutoff; write {0}", family.name));
  }
  if (!has_cutoff && family.cutoff == CutoffRule::required) {
    complain(text, fmt::format("{0} needs a cutoff, for example {0}@10", family.name));
  }
  if (has_cutoff) spec.cutoff = parse_cutoff(text, trimmed(text.substr(at + 1)));
  return spec;
}

std::string full_name(const MetricSpec& spec) { return render(spec, false); }
std::string short_name(const MetricSpec& spec) { return render(spec, true); }

std::string_view unit_of(const MetricSpec& spec) {
  if (spec.family == Family::entropy) return spec.parameter("unit") == "bits" ? "bits" : "nats";
  return family_of(spec).unit;
}

std::string metric_list() {
  constexpr std::string_view kDirections[] = {"higher is better", "lower is better", "neither direction is better"};
  std::string text;
  for (const MetricFamily& family : metric_families()) {
    text += family.name + (family.cutoff == CutoffRule::required ? "@k" : "");
    if (!family.aliases.empty()) text += fmt::format(" (also {})", fmt::join(family.aliases, ", "));
    text += fmt::format("\n    {}.\n    {}; {}; {}. Source: {}.\n", family.definition, family.unit, family.range,
                        kDirections[static_cast<size_t>(family.better)], family.source);
    for (const MetricParameter& parameter : family.parameters) {
      text += fmt::format("    {} = {}\n", parameter.name, fmt::join(parameter.values, " | "));
    }
  }
  return text;
}

}  // namespace recgauge::metrics
