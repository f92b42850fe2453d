#include "adapters/http/load/load_client.h"

#include "adapters/http/load/load_loop.h"

namespace recgauge::adapters {

Outcome outcome_of_status(int status) {
  if (status >= 200 && status < 300) return Outcome::ok;
  if (status == 429) return Outcome::rate_limited;
  if (status == 408 || status == 504) return Outcome::timeout;
  return Outcome::transport_error;
}

LoadClient::LoadClient(LoadClientOptions options)
    : options_(std::move(options)), address_(find_server(options_.url)), tls_(make_tls(options_.url, options_.tls)) {}

LoadTrial LoadClient::run(const LoadProfile& profile, uint64_t count, const RequestBytes& bytes, const ReadAnswer& read,
                          const Clock& clock, std::stop_token stop) const {
  LoadLoop loop({&options_, &address_, tls_, &profile, count, &bytes, &clock, std::move(stop)});
  LoadTrial trial = loop.run();
  for (const KeptAnswer& kept : loop.kept()) {
    LoadSample& sample = trial.samples[kept.sample];
    ++trial.answers_read;
    sample.outcome = read(sample.request, kept.answer);
    if (sample.outcome != Outcome::ok) ++trial.answers_unusable;
  }
  return trial;
}

}  // namespace recgauge::adapters
