// What a cassette compares of a request, and what a server says of waiting: canonical forms stay as they are when made
// canonical again, and no wait is negative or endless.
#include "adapters/http/transport/canonical_request.h"

#include <cstdlib>

#include "adapters/http/transport/retry_delay.h"

using namespace recgauge::adapters;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string body = canonical_body(text);
  if (canonical_body(body) != body) std::abort();
  RequestIdentity identity;
  identity.unstable_parameters = {"sign"};
  const std::string url = canonical_url(text, identity);
  if (canonical_url(url, identity) != url) std::abort();
  const auto wait = parse_retry_after(text, std::chrono::sys_seconds(std::chrono::seconds(1440938160)));
  if (wait && (wait->count() < 0 || *wait > std::chrono::hours(24 * 366))) std::abort();
  return 0;
}
