// Reports, as `gate` and `compare` read them. What is accepted must survive being written and read again.
#include "reports/json/report_json.h"

#include <cstdlib>

#include "harness/system/error.h"

using namespace recgauge;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const Report report = reports::from_json({reinterpret_cast<const char*>(data), size}, "report.json");
    const std::string text = reports::to_json(report);
    if (reports::to_json(reports::from_json(text, "again")) != text) std::abort();
  } catch (const DataError&) {
  }
  return 0;
}
