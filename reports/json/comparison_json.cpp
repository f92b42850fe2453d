#include "reports/json/comparison_json.h"

#include "reports/json/comparison_fields.h"
#include "reports/json/field_visitors.h"

namespace recgauge::reports {

std::string to_json(const RunComparison& comparison) { return written_json(comparison); }

std::string comparison_schema() { return json_schema<RunComparison>("comparison"); }

}  // namespace recgauge::reports
