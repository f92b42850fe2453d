#include "suites/harm_drift/certificate.h"

namespace recgauge::suites::harm_drift {

CalibrationCertificate push_certificate() { return {}; }

}  // namespace recgauge::suites::harm_drift
