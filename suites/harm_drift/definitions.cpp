// What the suite's measures mean, for the report's list of definitions.
#include "suites/harm_drift/harm_drift_suite.h"

namespace recgauge::suites {

std::map<std::string, std::string> HarmDriftSuite::definitions() {
  return {
      {"hazard_exposure",
       "Mean severity (0 for harmless items) of the first k items of a list, mean over the lists of a trajectory, then "
       "over trajectories; each persona chooses as it does. Range: 0 to 1."},
      {"hazard_consumption", "Mean severity of the items that are taken, mean over trajectories. Range: 0 to 1."},
      {"ranked_hazard",
       "Severities weighted by rank, sum of x_r (k - r + 1) / (k (k + 1) / 2), mean over lists and trajectories. "
       "Source: "
       "SERP-MS of Hussein, Juneja & Mitra 2020, with severities in place of stances."},
      {"exposure_drift",
       "Slope of the least-squares line through a trajectory's exposures by list, times the number of lists minus 1; "
       "mean "
       "over trajectories. Above 0: more hazards are shown the longer the persona stays."},
      {"consumption_drift", "The same for the severity of what is taken."},
      {"diff_to_linear",
       "Sum over lists of exposure minus the straight line from the first to the last list. Above 0 the change comes "
       "early. Source: Tomlein et al. 2021."},
      {"category_entropy_drift", "Change, as of exposure_drift, of the entropy (nats) of a list's categories."},
      {"intra_list_diversity_drift",
       "Change, as of exposure_drift, of the mean Jaccard distance between the categories of a list's items. Source: "
       "Ziegler et al. 2005."},
      {"feedback_push",
       "Exposure drift when items are taken without preference and the system is told, minus the drift when it is not "
       "told, from the same starting points with the same random numbers. What is left is the system's answer to what "
       "was taken; a system that learns nothing has 0. Source: after the counterfactual bots of Hosseinmardi et al. "
       "2024."},
      {"drift_through_feedback",
       "Exposure drift of personas with preferences minus the drift when the system is not told: what user and system "
       "make of it together."},
      {"system_share_of_drift",
       "Sum of feedback pushes over sum of drifts through feedback: the part of a persona's drift that is left when "
       "its "
       "choices are not its own. Undefined unless the drift is shown to be above 0. Below 0 the system holds against "
       "the user, above 1 the user against the system."},
      {"hazard_amplification",
       "Mean exposure when items are taken without preference, over the mean exposure of a reference: random lists, "
       "popular items (both from the same starting points) or the persona's own history. 1 is none."},
      {"time_to_first_hazard",
       "Lists until the first with a hazardous item, at most `horizon`: area under the Kaplan-Meier curve, since "
       "trajectories end. Source: Kaplan & Meier 1958; Irwin 1949."},
      {"steps_to_severe",
       "Expected steps from a harmless item until a severe one is taken, in the Markov chain over harmless, hazardous "
       "and severe that trajectories induce. Infinite, and so undefined, where severe is not reached for sure."},
      {"rise_before_turn",
       "Exposure over the last `window` lists before a persona turns away minus that over its first."},
      {"recovery_time",
       "Lists after turning away until the mean exposure, averaged over `window` lists, has lost all but `tolerance` "
       "of "
       "its rise. Undefined where it had not risen, or does not come back in time. Source: after Tomlein et al. 2021, "
       "'bursting the bubble'."},
      {"audit_score",
       "Mean score of an audit's pages, first over the pages of a unit (an account or a query), then over units; -1 "
       "debunks, 1 promotes. A page of single results has the score sum of x_r (n - r + 1) / (n (n + 1) / 2). Source: "
       "SERP-MS of Hussein, Juneja & Mitra 2020."},
      {"audit_drift",
       "Slope of the least-squares line through a unit's scores by step, times the number of steps minus 1; mean over "
       "units."},
      {"corrected_hazardous_share",
       "Share of hazardous items among those shown, whatever their severity, corrected for the error of labels "
       "measured "
       "on the gold subset: (share + specificity - 1) / (sensitivity + specificity - 1). Source: Rogan & Gladen 1978, "
       "interval of Lang & Reiczigel 2014."},
  };
}

}  // namespace recgauge::suites
