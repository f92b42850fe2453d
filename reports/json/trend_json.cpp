#include "reports/json/trend_json.h"

#include "reports/json/field_visitors.h"
#include "reports/json/trend_fields.h"

namespace recgauge::reports {

std::string to_json(const Trend& trend) { return written_json(trend); }

std::string trend_schema() { return json_schema<Trend>("trend"); }

}  // namespace recgauge::reports
