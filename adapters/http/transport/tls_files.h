// Certificates and keys are looked at before a run begins, so that a wrong path is no failure of the server's.
#pragma once

#include "adapters/http/transport/http_options.h"

namespace recgauge::adapters {

/// Throws ConfigError where a file of `tls` cannot be read, holds no certificate or key, where the key has a pass
/// phrase or does not belong to the certificate, or where one of the two is missing.
void check_tls_files(const HttpTls& tls);

}  // namespace recgauge::adapters
