#include "suites/counterfactual/certificate.h"

namespace recgauge::suites {

std::vector<CalibrationCertificate> counterfactual_certificates() { return {}; }

}  // namespace recgauge::suites
