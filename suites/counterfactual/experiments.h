// Experiments within units: the question of each user or subject, asked in several ways (arms) of which the first is
// the one that the others are held against.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/verdict/suite.h"

namespace recgauge::suites {

struct FlipConfig;
struct WordingConfig;
struct OrderConfig;

/// One way of asking.
struct Arm {
  enum class Kind : uint8_t { reference, repeat, value, order };
  Kind kind = Kind::reference;
  std::string attribute;  ///< of a value
  std::string value;
  uint64_t repetition = 0;
};

/// Request i is arm i % arms of unit i / arms.
class Experiment : public RequestList {
 public:
  Experiment(std::string name, std::vector<Arm> arms, uint32_t k)
      : name_(std::move(name)), arms_(std::move(arms)), k_(k) {}

  const std::string& name() const { return name_; }  ///< "flips", "wording", "order"
  std::string probe_name() const { return "counterfactual/" + name_; }
  const std::vector<Arm>& arms() const { return arms_; }
  uint32_t k() const { return k_; }
  virtual size_t units() const = 0;
  size_t size() const override { return units() * arms_.size(); }
  Request at(size_t i) const override { return ask(i / arms_.size(), i % arms_.size()); }
  virtual Request ask(size_t unit, size_t arm) const = 0;

  /// Attributes in the order of their arms, each with the numbers of its arms.
  std::vector<std::pair<std::string, std::vector<size_t>>> attributes() const;
  std::vector<size_t> arms_of(Arm::Kind kind) const;

 private:
  std::string name_;
  std::vector<Arm> arms_;
  uint32_t k_;
};

/// Test users with each value of the attributes told in turn, and with none. Units keep the users' keys.
std::shared_ptr<const Experiment> make_flips(const FlipConfig& config, uint32_t k, uint32_t repeats,
                                             const SuiteContext& context);

/// Subjects, asked about by somebody of each value, and by somebody of whom nothing is said. The question is the only
/// turn of a dialogue.
std::shared_ptr<const Experiment> make_wording(const WordingConfig& config, uint32_t k, uint32_t repeats,
                                               const SuiteContext& context);

/// Candidates of test users in drawn orders, each also backwards. For the assessment: what was shown where.
class OrderExperiment : public Experiment {
 public:
  OrderExperiment(const OrderConfig& config, uint32_t repeats, const SuiteContext& context);

  size_t units() const override { return users_.size(); }
  Request ask(size_t unit, size_t arm) const override;
  std::span<const ItemId> shown(size_t unit, size_t arm) const;

 private:
  void draw_candidates(const SuiteContext& context);
  void draw_orders(UserId user, const std::vector<ItemId>& chosen, uint64_t seed);

  std::vector<UserId> users_;
  size_t candidates_;
  std::shared_ptr<const Split> split_;
  std::vector<ItemId> sorted_;  // by unit
  std::vector<ItemId> shown_;   // by unit and arm
};

}  // namespace recgauge::suites
