#include "suites/latency/certificate.h"

namespace recgauge::suites {

std::vector<CalibrationCertificate> latency_certificates() { return {}; }

}  // namespace recgauge::suites
