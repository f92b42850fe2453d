// Audits that others made: scores of pages, or of every result on them, by who saw them and when, from a CSV file. They
// get the same measures as the suite's own trajectories.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/verdict/suite.h"

namespace recgauge::suites {

/// Names of the file's columns. Rows are pages with a score, or results with a rank and a stance from -1 (debunking,
/// harmless) to 1 (promoting, harmful), of which a page's score is SERP-MS.
struct AuditColumns {
  std::string unit = "trajectory";  ///< account or query: what was drawn independently of the others
  std::string step;                 ///< position of a page in its trajectory; empty for none
  std::string page;                 ///< tells pages of one unit and step apart whose rows are results; empty for none
  std::string score = "score";      ///< of a page; not read where a stance is named
  std::string stance;               ///< of a result
  std::string rank = "rank";        ///< of a result, from 1
  std::vector<std::string> by;      ///< pages are told apart by the values of these
  std::string contrast;             ///< whose values are compared within each unit; empty for none
};

struct AuditPage {
  std::string unit;
  std::string page;
  double step = 0.0;
  double score = 0.0;
  std::vector<std::string> by;  ///< values of AuditColumns::by
  std::string contrast;
};

/// Reads a comma-separated file with a header. Throws ConfigError for columns that it does not have and DataError for
/// values that are no numbers.
std::vector<AuditPage> read_audit(const std::string& path, const AuditColumns& columns);

struct AuditSettings {
  std::string name;  ///< of the audit, in place of a system's
  AuditColumns columns;
  uint32_t resamples = 1000;
  double confidence = 0.95;
  uint32_t sign_flips = 9999;
  uint64_t seed = 1;
};

/// Mean score, and with steps drift and DIFF-TO-LINEAR, of every slice; differences between the values of the contrast,
/// paired by unit, Holm-corrected over all slices and pairs.
SuiteResult assess_audit(const std::vector<AuditPage>& pages, const AuditSettings& settings);

}  // namespace recgauge::suites
