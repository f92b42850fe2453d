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
  };
}

}  // namespace recgauge::suites
