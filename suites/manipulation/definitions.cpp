#include "suites/manipulation/manipulation_suite.h"

namespace recgauge::suites {

std::map<std::string, std::string> ManipulationSuite::definitions() {
  const std::string hit = "Share of real users' lists that hold a target among the first k places, mean over targets";
  return {
      {"target_hit_ratio",
       hit + ", with fake users in the training data. Users who have a target are left out. Source: Mobasher et al. "
             "2007."},
      {"target_hit_ratio_untreated", hit + ", trained on real users alone. Source: Mobasher et al. 2007."},
      {"target_hit_ratio_bystanders",
       hit + ", with as many harmless new users, whose histories are copies of real ones. Source: this program."},
      {"attack_gain",
       "What fake users change in the hit ratio beyond what as many harmless ones do, positive in the direction that "
       "the attacker wants. Range: -1 to 1. Source: this program, after Mobasher et al. 2007."},
      {"rank_shift",
       "Places that targets move in the direction that the attacker wants, against training on real users alone; a "
       "target beyond the list counts as one place after its end. Source: Lam & Riedl 2004."},
      {"prediction_shift",
       "Change of the target's score in lists that hold it before and after, in the system's own units. Source: Lam & "
       "Riedl 2004."},
      {"collateral_change",
       "Change of real users' accuracy with fake users against as many harmless ones. Source: this program."},
      {"detection_auc",
       "Area under the ROC curve of a detector on fake and real users: the chance that a fake user is more suspicious. "
       "Range: 0 to 1, chance 0.5. Source: Chirita et al. 2005, Burke et al. 2006; interval: DeLong et al. 1988."},
      {"polluted_hit_ratio",
       "Share of users whose list holds their target among the first k, after a search for items to put into their "
       "history; the list is asked for again after the search. Source: after Yue et al. 2021."},
      {"pollution_gain",
       "Polluted hit ratio of a search less that of as many random items, by the same users and targets. Range: -1 to "
       "1. Source: this program."},
      {"rank_list_stability",
       "Similarity of a user's first k items before and after one interaction of the history is replaced: rank-biased "
       "overlap (p = 0.9) or Jaccard. Range: 0 to 1. Source: Oh et al. 2022, there with retraining."},
      {"attribute_guessed",
       "Share of users whose attribute naive Bayes guesses rightly from the first k items of their lists, "
       "cross-validated "
       "over five folds of users. Source: this program, after Weinsberg et al. 2012."},
      {"attribute_majority",
       "Share of users guessed rightly by the most frequent value of the other folds. Source: this program."},
      {"attribute_inference_gain",
       "Attribute guessed from lists less the majority's share, user by user. Range: -1 to 1. Source: this program."},
      {"membership_fit",
       "How well a list that the earlier half of a training history brings fits the later half: normalised discounted "
       "gain of its items among the first k, mean over users. Source: this program, after Zhang et al. 2021."},
      {"membership_advantage",
       "Share of members whom an attacker takes for members, by a threshold on the fit that is cross-fitted over five "
       "folds of users, less the share of as many users who were left out of the training at random. Range: -1 to 1, "
       "chance 0. Source: Yeom et al. 2018."},
      {"membership_auc",
       "Chance that a member's list fits better than that of a user who was left out, ties half. Range: 0 to 1, chance "
       "0.5. Source: Zhang et al. 2021; interval: DeLong et al. 1988."},
      {"broken_requests_borne",
       "Share of oversized, malformed and hostile requests, one of each kind, to which an endpoint answers with an "
       "error "
       "from 400 to 499, or a list where that is as good, shows nothing of its inside and answers good requests as "
       "before. Interval: Wilson, over requests. Source: this program, after OWASP API Security 2023 (API4, API8)."},
      {"text_attack_success",
       "Share of users whose list has the target in the first place, among stated candidates. Source: Greshake et al. "
       "2023."},
      {"text_twin_success",
       "The same with a harmless text of as many characters in place of the hostile one. Source: this program."},
      {"text_attack_gain",
       "Success of a hostile text less that of its twin, user by user. Range: -1 to 1. Source: this program."},
  };
}

}  // namespace recgauge::suites
