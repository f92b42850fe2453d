// What the suite's measures mean, for the report's list of definitions.
#include "suites/discrepancy/discrepancy_suite.h"

namespace recgauge::suites {

std::map<std::string, std::string> DiscrepancySuite::definitions() {
  return {
      {"deployed_clicks",
       "Expected clicks on the places of a list that are shown to a simulated user, by the world's click model; mean "
       "over "
       "users and their lists. Repeated items, items the user has and unknown ones are worth nothing."},
      {"deployed_choice_share", "Share of the lists shown from which the user took something. Range: 0 to 1."},
      {"kendall_tau_b",
       "Agreement of two orders of the same systems: concordant less discordant pairs, over the geometric mean of the "
       "pairs untied in each. Range: -1 to 1. Source: Kendall 1945."},
      {"spearman", "Correlation of the ranks that systems have in two orders, mid-ranks for ties. Range: -1 to 1."},
      {"lift_discrepancy",
       "Relative lift over the reference system offline less the relative lift deployed. Above 0: offline promises "
       "more."},
      {"feedback_offline",
       "The metric of a system trained on a log, against what the judges took in the same log. As many of a judge's "
       "choices "
       "count in the system's own log as in the twin's, the earliest ones. Source: after Krauth et al. 2020."},
      {"feedback_deployed_clicks",
       "Deployed clicks of a system trained on a log, on one list for each judge in the state in which the split "
       "leaves the "
       "user, whatever was taken in the loop."},
      {"feedback_gap",
       "Relative lift of the system trained and measured on its own log over its twin, trained and measured on a log "
       "that no "
       "system filled, less the same lift of their deployed clicks. Above 0: its own feedback makes the system look "
       "better "
       "than it became. Source: this program, after Krauth et al. 2020."},
      {"feedback_lift",
       "Deployed clicks of the system trained on its own log over those of its twin, less 1. Source: this program."},
      {"feedback_overlap",
       "Share of places in which the lists of two judges agree, mean over all pairs. Range: 0 to 1. Source: after "
       "Chaney et "
       "al. 2018, there by Jaccard."},
      {"feedback_coverage", "Share of the catalogue that stands in the lists of the judges. Range: 0 to 1."},
      {"feedback_homogenisation",
       "Overlap of the system trained on its own log less that of its twin. Above 0: its own feedback makes the lists "
       "of "
       "users alike. Range: -1 to 1. Source: after Chaney et al. 2018."},
      {"click_log_likelihood",
       "Log-likelihood of a list's clicks, each given those above it, under a click model that was fitted without the "
       "list's fold of ten; mean over lists. Source: Chuklin, Markov & de Rijke 2015."},
      {"click_perplexity",
       "2 to the power of minus the mean binary log-likelihood of the click at a place, no click known, mean over "
       "places; "
       "out of sample as above. 1 is certainty, 2 a coin. Source: Dupret & Piwowarski 2008."},
      {"examination",
       "Share of lists whose place is looked at, by the click model; of PBM and UBM relative to the first place. "
       "Source: "
       "Craswell et al. 2008, Chapelle & Zhang 2009, Dupret & Piwowarski 2008."},
      {"click_rate_order",
       "Kendall's tau_b between the items' raw click rates and their attractiveness by the click model: 1 where places "
       "do "
       "not matter to the order of the items. Items shown 20 times or more."},
      {"loss_by_age",
       "The metric of the model as it is less that of the model trained without the last days, by user."},
      {"short_list_share", "Share of recorded lists in which fewer items of the pool stand than the cutoff asks for."},
      {"on_policy_value", "Mean reward in a log of the policy itself."},
      {"off_policy_value",
       "Reward that the policy would have earned, estimated from another's log by the estimator named; formulas in "
       "docs/discrepancy.md. Source: Saito et al. 2021, Kiyohara et al. 2022."},
      {"effective_sample_size", "sum(w)^2 / sum(w^2) of the weights of a log. Source: Kish 1965."},
      {"mean_weight", "Mean of the weights; 1 in expectation where the log holds all that the policy does."},
      {"largest_weight_share", "Share of the sum of weights that one round has."},
      {"weight_median", "Median of the weights of a log."},
      {"weight_p99", "99th percentile of the weights of a log."},
      {"weight_maximum", "Largest weight of a log."},
      {"smallest_propensity", "Smallest chance with which a logged action was taken."},
      {"unlogged_share", "Share of the policy's choices that fall on actions that the log never shows."},
      {"expected_calibration_error",
       "Mean distance of predicted and observed rewards over ten bins of the prediction, weighted by their rounds. "
       "Range: 0 to 1. Source: Naeini et al. 2015."},
      {"sample_ratio_p_value",
       "Chi-square test of the arms' sizes against the shares that were meant. Source: Fabijan et al. 2019."},
      {"ab_outcome",
       "Mean of an arm of an A/B test, adjusted by the covariate where cuped is named (Deng et al. 2013)."},
  };
}

}  // namespace recgauge::suites
