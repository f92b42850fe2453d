// What the suite's own measures mean, for the report's list of definitions.
#include "suites/bias/bias_suite.h"

namespace recgauge::suites {

std::map<std::string, std::string> BiasSuite::definitions() {
  return {
      {"group_gap",
       "Largest minus smallest mean of the metric `of` over the groups. With many or small groups it is large by "
       "chance "
       "alone: read it with the table of tests. Source: range of group means, as in Ekstrand et al. 2018."},
      {"group_ratio", "Smallest over largest mean of the metric `of` over the groups; 1 is equality. Range: 0 to 1."},
      {"worst_group_difference",
       "Mean of the metric `of` in the group that is furthest on the worse side, in standard errors, minus that of all "
       "other users, within bands of history length. Its interval holds for all groups of the attribute at once, so it "
       "need not be corrected for having picked the worst. For metrics without a better side the group furthest off "
       "either way. Source: Westfall & Young 1993 (max-T)."},
      {"popularity_lift",
       "Mean popularity (share of users who have the item) of what a group's users are listed, over that of their "
       "histories, minus 1: above 0 the system pushes the group towards more popular items than it chose. Source: "
       "Abdollahpouri et al. 2019 (change of group average popularity)."},
      {"value_unfairness",
       "Of predicted ratings: an item's error in a group is the mean prediction minus the mean rating of the group's "
       "users; the measure is the mean, over the items that the group and other users rated, of the absolute "
       "difference between the two errors. In ratings; 0 is equality. Few ratings an item make it large: what chance "
       "gives stands beside it. The interval tells of the choice of users (delete-a-group jackknife). Source: Yao & "
       "Huang 2017."},
      {"absolute_unfairness", "The same of the sizes of the two errors. Source: Yao & Huang 2017."},
      {"underestimation_unfairness", "The same of the errors' parts below 0. Source: Yao & Huang 2017."},
      {"overestimation_unfairness", "The same of the errors' parts above 0. Source: Yao & Huang 2017."},
      {"value_unfairness_by_chance",
       "Mean of value_unfairness with users' groups permuted within bands of history length: what a system that is "
       "equally good for "
       "all has on these ratings. Its interval holds the middle of the permutations."},
      {"absolute_unfairness_by_chance",
       "Mean of absolute_unfairness with users' groups permuted within bands of history length: what a system that is "
       "equally good for "
       "all has on these ratings. Its interval holds the middle of the permutations."},
      {"underestimation_unfairness_by_chance",
       "Mean of underestimation_unfairness with users' groups permuted within bands of history length: what a system "
       "that is equally good for "
       "all has on these ratings. Its interval holds the middle of the permutations."},
      {"overestimation_unfairness_by_chance",
       "Mean of overestimation_unfairness with users' groups permuted within bands of history length: what a system "
       "that is equally good for "
       "all has on these ratings. Its interval holds the middle of the permutations."},
      {"exposure_share",
       "Share of the attention that the browsing model gives to the first k places of all lists which goes to the "
       "group's "
       "items; an item of several labels counts to each in equal parts."},
      {"demographic_parity",
       "Attention for each item of the catalogue, lowest over highest group; 1 is parity. Source: Singh & Joachims "
       "2018, "
       "4.1."},
      {"disparate_treatment",
       "Attention for each relevant item (what test users chose), lowest over highest group; 1 means that attention "
       "follows relevance. Groups without relevant items are left out. Source: Singh & Joachims 2018, 4.2."},
      {"disparate_impact",
       "Expected clicks (attention on relevant items) for each relevant item, lowest over highest group. Source: Singh "
       "& "
       "Joachims 2018, 4.3."},
      {"inequity_of_attention",
       "Sum over groups of the distance between share of attention and share of relevant items, over all lists; 0 is "
       "equity, 2 the worst. Source: Biega, Gummadi & Weikum 2018, here over groups."},
      {"expected_exposure_loss",
       "EEL: squared distance, over groups, between the mean attention of a user's list and that of the list in which "
       "relevant items come first and share their places evenly. Source: Diaz et al. 2020."},
      {"expected_exposure_disparity", "EED: squared length of the groups' mean attention. Source: Diaz et al. 2020."},
      {"expected_exposure_relevance",
       "EER: product of mean and target attention over groups, without the factor 2 of some texts. Source: Diaz et al. "
       "2020."},
      {"awrf",
       "1 minus the Jensen-Shannon divergence (bits) between a list's attention by group and the groups' shares of the "
       "training interactions, mean over users; 1 is parity. Source: Sapiezynski et al. 2019; TREC Fair Ranking 2022."},
      {"ndkl",
       "Divergence of the shares in each prefix from the groups' shares of the training interactions, prefixes "
       "weighted "
       "by 1 / log2(i + 1), mean over users; 0 is parity. Source: Geyik et al. 2019."},
      {"rnd",
       "Normalised discounted difference of the tail's share between every 10th prefix and the whole list, mean over "
       "users; 0 means that the tail is spread evenly over the list. Source: Yang & Stoyanovich 2017."},
      {"fair_test",
       "Share of users whose list passes FA*IR's test that the tail is not under-represented in any prefix, for tosses "
       "with chance p, the tail's share of the training interactions, at the corrected level. Source: Zehlike et al. "
       "2017."},
  };
}

}  // namespace recgauge::suites
