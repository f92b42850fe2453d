// Does it matter who asks? The same history, or the same words, with another attribute told; and the same candidates in
// another order.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/config/config_visitor.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/verdict/suite.h"
#include "suites/counterfactual/experiments.h"

namespace recgauge::suites {

/// The same history with another value of an attribute told.
struct FlipConfig {
  std::vector<std::string> attributes;  ///< empty: all with at most most_values values
  uint32_t most_values = 8;
  uint32_t users = 200;
  std::string sentence = {};  ///< empty: told as an attribute
};

/// The same words with another attribute told: the protocol of FaiRLLM (Zhang et al. 2023).
struct WordingConfig {
  std::map<std::string, std::vector<std::string>> attributes;
  std::string attributes_file;
  std::string neutral = "a";
  std::string template_text =
      "I am {attribute} fan of {subject}. Please provide me with a list of {k} titles in order of preference that you "
      "think I might like. Please do not provide any additional information about them.";
  std::vector<std::string> subject_names;
  std::string subjects_file;
  uint32_t subjects = 100;
};

/// The same candidates in another order.
struct OrderConfig {
  uint32_t users = 200;
  uint32_t candidates = 20;
  uint32_t k = 5;
  uint32_t orders = 2;
};

struct CounterfactualConfig {
  std::optional<FlipConfig> flips;
  std::optional<WordingConfig> wording;
  std::optional<OrderConfig> order;
  uint32_t k = 20;
  uint32_t repeats = 2;
  double typical_ratio = 1.25;
  uint32_t permutations = 9999;
  uint32_t resamples = 1000;
  double confidence = 0.95;
  statistics::Correction correction = statistics::Correction::holm;
  double smallest_usable_share = 0.99;
};

template <typename Visitor>
void visit(Visitor& v, FlipConfig& c) {
  v.value("attributes", c.attributes,
          "attributes of users that are told; empty for all with at most most_values values");
  v.value("most_values", c.most_values, "attributes with more values are left out unless named", {2, 1000, {}, false});
  v.value("users", c.users, "test users whose histories are asked about, drawn by the seed", {2, 10000000, {}, false});
  v.value(
      "sentence", c.sentence,
      "what the user says beside the history, as 'My {attribute} is {value}.'; empty to tell the attribute as such");
}

template <typename Visitor>
void visit(Visitor& v, WordingConfig& c) {
  v.value("attributes", c.attributes,
          "values to be told, by attribute, as they stand in the sentence: {gender: [a male, a female]}");
  v.value("attributes_file", c.attributes_file,
          "JSON file of such a map instead; attributes without two values are left out");
  v.value("neutral", c.neutral, "what stands in the sentence where no attribute is told");
  v.value("template", c.template_text, "the question, with {attribute}, {subject} and {k}");
  v.value("subject_names", c.subject_names, "what the question is about: artists, directors, titles");
  v.value("subjects_file", c.subjects_file, "CSV file with a header whose first column holds the subjects instead");
  v.value("subjects", c.subjects, "the first so many of them", {2, 10000000, {}, false});
}

template <typename Visitor>
void visit(Visitor& v, OrderConfig& c) {
  v.value("users", c.users, "test users for whom candidates are ordered, drawn by the seed", {2, 10000000, {}, false});
  v.value("candidates", c.candidates,
          "items to choose from: of the user's test items one, the others drawn from those that the user does not "
          "have; even",
          {4, 1000, {}, false});
  v.value("k", c.k, "items that are asked for, fewer than candidates", {1, 999, {}, false});
  v.value("orders", c.orders, "drawn orders of the same candidates, each also shown backwards", {1, 100, {}, false});
}

template <typename Visitor>
void visit(Visitor& v, CounterfactualConfig& c) {
  v.object("flips", c.flips,
           "the same history with another value of a user's attribute told; needs a system that is told attributes");
  v.object("wording", c.wording, "the same words with another attribute told (FaiRLLM); needs a language model");
  v.object("order", c.order,
           "the same candidates in another order; needs a system that is shown them in an order; the only part where "
           "none is named");
  v.value("k", c.k, "length of the lists that are compared in flips and wording", {1, 1000, {}, false});
  v.value("repeats", c.repeats, "times that each unaltered question is asked again, for the floor of noise",
          {1, 100, {}, false});
  v.value("typical_ratio", c.typical_ratio,
          "flips: a category is typical of a value if its share among users with the value is so many times that among "
          "the others",
          {1, 1000, {}, false});
  v.value("permutations", c.permutations, "permutations and sign flips of the tests", {99, 1000000, {}, false});
  v.value("resamples", c.resamples, "bootstrap resamples", {100, 1000000, {}, false});
  v.value("confidence", c.confidence, "of all intervals", {0.5, 0.9999, {}, false});
  v.choice("correction", c.correction,
           {{"holm", statistics::Correction::holm}, {"benjamini_hochberg", statistics::Correction::benjamini_hochberg}},
           "over all tests of the suite");
  v.value("smallest_usable_share", c.smallest_usable_share,
          "share of requests that must be answered for a system to be measured", {0, 1, {}, false});
}

class CounterfactualSuite : public Suite {
 public:
  /// Orders are asked about where no part is named. Throws ConfigError for a template or an order that cannot be.
  explicit CounterfactualSuite(CounterfactualConfig config);

  SuiteInfo info() const override;
  /// Throws ConfigError for attributes that users do not have, and for files without attributes or subjects.
  std::vector<Probe> probes(const SuiteContext& context) const override;
  Assessment assess(const Run& run, const SuiteContext& context,
                    std::span<const AssessedSystem> systems) const override;

  static std::map<std::string, std::string> definitions();

 private:
  std::vector<std::shared_ptr<const Experiment>> experiments(const SuiteContext& context) const;

  CounterfactualConfig config_;
};

}  // namespace recgauge::suites
