#include "suites/discrepancy/click_evidence.h"

#include <cmath>

#include "harness/system/parallel.h"

namespace recgauge::suites {
namespace {

using off_policy::ClickSessions;
using off_policy::FittedClickModel;

constexpr off_policy::ClickModelOptions kOptions{300, 1e-5, 1.0};

std::span<const uint32_t> items_of(const ClickSessions& sessions, size_t list) {
  return sessions.items.subspan(list * sessions.length, sessions.length);
}

std::span<const uint8_t> clicks_of(const ClickSessions& sessions, size_t list) {
  return sessions.clicks.subspan(list * sessions.length, sessions.length);
}

// A model fitted without one fold (kClickFolds for none), and what it is read for.
class Fit {
 public:
  Fit(off_policy::ClickModelKind kind, const ClickSessions& sessions, std::span<const uint8_t> folds, size_t left_out)
      : sessions_(sessions), folds_(folds), left_out_(left_out), model_(fit(kind)) {}

  std::vector<double> attractiveness() const {
    std::vector<double> values(sessions_.item_count);
    for (uint32_t item = 0; item < values.size(); ++item) values[item] = model_.attractiveness(item);
    return values;
  }

  std::vector<double> examination() const {
    std::vector<double> sums(sessions_.length, 0.0);
    double lists = 0.0;
    for (size_t list = 0; list < sessions_.size(); ++list) {
      if (folds_[list] == left_out_) continue;
      const std::vector<double> examined = model_.examination(items_of(sessions_, list));
      for (size_t place = 0; place < examined.size(); ++place) sums[place] += examined[place];
      lists += 1.0;
    }
    for (double& sum : sums) sum /= lists;
    return sums;
  }

  void predict(ClickEvidence& evidence) const {
    for (size_t list = 0; list < sessions_.size(); ++list) {
      if (folds_[list] != left_out_) continue;
      const auto items = items_of(sessions_, list);
      const auto clicks = clicks_of(sessions_, list);
      const std::vector<double> after = model_.click_chances_after(items, clicks);
      const std::vector<double> alone = model_.click_chances(items);
      double sum = 0.0;
      for (size_t place = 0; place < items.size(); ++place) {
        sum += std::log(clicks[place] != 0 ? after[place] : 1.0 - after[place]);
        evidence.place_log2[place][list] = std::log2(clicks[place] != 0 ? alone[place] : 1.0 - alone[place]);
      }
      evidence.log_likelihood[list] = sum;
    }
  }

 private:
  FittedClickModel fit(off_policy::ClickModelKind kind) {
    ClickSessions kept{sessions_.length, sessions_.item_count, {}, {}};
    for (size_t list = 0; list < sessions_.size(); ++list) {
      if (folds_[list] == left_out_) continue;
      const auto items = items_of(sessions_, list);
      const auto clicks = clicks_of(sessions_, list);
      items_.insert(items_.end(), items.begin(), items.end());
      clicks_.insert(clicks_.end(), clicks.begin(), clicks.end());
    }
    kept.items = items_;
    kept.clicks = clicks_;
    return FittedClickModel(kind, kept, kOptions);
  }

  const ClickSessions& sessions_;
  std::span<const uint8_t> folds_;
  size_t left_out_;
  std::vector<uint32_t> items_;
  std::vector<uint8_t> clicks_;
  FittedClickModel model_;
};

}  // namespace

ClickEvidence click_evidence(off_policy::ClickModelKind kind, const ClickSessions& sessions,
                             std::span<const uint8_t> folds) {
  ClickEvidence evidence;
  evidence.log_likelihood.resize(sessions.size());
  evidence.place_log2.assign(sessions.length, std::vector<double>(sessions.size()));
  evidence.examination_without.resize(kClickFolds);
  evidence.attractiveness_without.resize(kClickFolds);
  for_each_piece(kClickFolds + 1, 1, [&](size_t fold, IndexRange) {
    const Fit fit(kind, sessions, folds, fold);
    if (fold == kClickFolds) {
      evidence.examination = fit.examination();
      evidence.attractiveness = fit.attractiveness();
      return;
    }
    evidence.examination_without[fold] = fit.examination();
    evidence.attractiveness_without[fold] = fit.attractiveness();
    fit.predict(evidence);
  });
  return evidence;
}

}  // namespace recgauge::suites
