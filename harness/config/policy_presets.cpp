#include "harness/config/policy_config.h"

namespace recgauge {
namespace {

constexpr std::string_view kRelease = R"(# Stops a release that is measurably worse than the one before it, or broken.
# Needs --baseline: the run of the version that is live, on the same data and split.
version: 1
name: release
confidence: 0.95
correction: holm
gates:
  - name: accuracy no worse
    metric: ndcg@10
    rule: not_worse_than_baseline
    margin: 0.05
    margin_kind: relative
  - name: answers
    metric: answered_share
    rule: at_least
    value: 0.99
    decide_on: value
  - name: known items only
    metric: out_of_catalogue_share
    rule: at_most
    value: 0
    decide_on: value
  - name: no duplicates
    metric: duplicate_share
    rule: at_most
    value: 0
    decide_on: value
)";

constexpr std::string_view kStrict = R"(# The release policy with tighter margins, on more sides of quality.
# Needs --baseline: the run of the version that is live, on the same data and split, and a few thousand test users.
version: 1
name: strict
extends: release
gates:
  - name: accuracy no worse
    metric: ndcg@10
    rule: not_worse_than_baseline
    margin: 0.02
    margin_kind: relative
  - name: recall no worse
    metric: recall@10
    rule: not_worse_than_baseline
    margin: 0.02
    margin_kind: relative
  - name: tail no worse
    metric: ndcg@10
    slice: relevant items=tail
    rule: not_worse_than_baseline
    margin: 0.1
    margin_kind: relative
  - name: coverage as before
    metric: coverage@10
    rule: within_of_baseline
    margin: 0.1
    margin_kind: relative
  - name: answers
    metric: answered_share
    rule: at_least
    value: 0.999
    decide_on: value
  - name: nothing seen again
    metric: seen_share
    rule: at_most
    value: 0
    decide_on: value
)";

constexpr std::string_view kAudit =
    R"(# For a reviewer who has one run and no earlier version: is the evidence sound, and is the system worth its
# complexity? Compares with the popularity baseline of the same run.
version: 1
name: audit
confidence: 0.95
correction: holm
gates:
  - name: better than popularity
    metric: ndcg@10
    rule: better_than_baseline
    baseline_run: candidate
    baseline_system: popularity
  - name: answers
    metric: answered_share
    rule: at_least
    value: 0.99
  - name: known items only
    metric: out_of_catalogue_share
    rule: at_most
    value: 0.001
  - name: no duplicates
    metric: duplicate_share
    rule: at_most
    value: 0.001
  - name: nothing seen again
    metric: seen_share
    rule: at_most
    value: 0.001
)";

constexpr PolicyPreset kPresets[] = {
    {"release", "no measurable loss against the live version (5 % of ndcg@10), and nothing broken", kRelease},
    {"audit", "one run alone: better than popularity, and sound evidence", kAudit},
    {"strict", "release with margins of 2 %, also on recall, tail items and coverage", kStrict},
};

}  // namespace

std::span<const PolicyPreset> policy_presets() { return kPresets; }

}  // namespace recgauge
