#include "adapters/http/transport/recorded_client.h"

#include <fmt/format.h>

#include <cassert>
#include <unordered_map>

#include "harness/system/error.h"

namespace recgauge::adapters {

/// One exchange(): numbers requests as the caller sees them, of which the client gets only some.
class RecordedClient::Run {
 public:
  Run(RecordedClient& owner, const RequestSource& next, const HttpHooks& hooks)
      : owner_(owner), next_(next), hooks_(hooks) {}

  // The next request that the cassette does not answer.
  std::optional<HttpRequest> next_unanswered() {
    while (!owner_.stop_.stop_requested()) {
      std::optional<HttpRequest> request = next_();
      if (!request) return std::nullopt;
      const size_t index = asked_++;
      CassetteKey key = owner_.cassette_->key_of(*request);
      if (answer(index, key)) continue;
      open_.emplace(forwarded_++, Open{index, std::move(key), *request});
      return request;
    }
    return std::nullopt;
  }

  HttpHooks hooks_of_client() {
    HttpHooks hooks = hooks_;
    hooks.arrived = [this](HttpExchange&& exchange) { keep(std::move(exchange)); };
    if (hooks_.body) {
      hooks.body = [this](const BodyBlock& block) {
        BodyBlock shown = block;
        shown.index = open_.at(block.index).index;
        hooks_.body(shown);
      };
    }
    return hooks;
  }

 private:
  struct Open {
    size_t index;
    CassetteKey key;
    HttpRequest request;
  };

  bool answer(size_t index, const CassetteKey& key) {
    std::optional<HttpExchange> found;
    if (owner_.mode_ != CassetteMode::record) found = owner_.cassette_->find(key);
    if (!found && owner_.mode_ != CassetteMode::replay) return false;
    if (!found) found = missing(key);
    found->index = index;
    show_body(*found);
    if (hooks_.arrived) hooks_.arrived(std::move(*found));
    return true;
  }

  static HttpExchange missing(const CassetteKey& key) {
    HttpExchange exchange;
    exchange.response.problem = TransportProblem::not_sent;
    exchange.response.failure =
        fmt::format("the cassette holds no answer to request {} (asking {:x}), and is only replayed",
                    key.request.substr(0, 12), key.occurrence);
    return exchange;
  }

  void show_body(const HttpExchange& exchange) const {
    if (!hooks_.body) return;
    std::string_view rest = exchange.response.body;
    const size_t attempt = exchange.attempts.empty() ? 0 : exchange.attempts.size() - 1;
    for (const BodyPart& part : exchange.parts) {
      const std::string_view bytes = rest.substr(0, part.size);
      hooks_.body({exchange.index, attempt, exchange.response.status, bytes, part.at});
      rest.remove_prefix(bytes.size());
    }
    if (!rest.empty()) {
      hooks_.body({exchange.index, attempt, exchange.response.status, rest, exchange.response.received});
    }
  }

  void keep(HttpExchange&& exchange) {
    const Open open = std::move(open_.extract(exchange.index).mapped());
    exchange.index = open.index;
    owner_.cassette_->write(open.key, open.request, exchange);
    if (hooks_.arrived) hooks_.arrived(std::move(exchange));
  }

  RecordedClient& owner_;
  const RequestSource& next_;
  const HttpHooks& hooks_;
  size_t asked_ = 0;
  size_t forwarded_ = 0;
  std::unordered_map<size_t, Open> open_;  ///< by the client's number; no more than are under way
};

RecordedClient::RecordedClient(std::unique_ptr<HttpClient> client, const CassetteOptions& options, std::stop_token stop)
    : client_(std::move(client)), mode_(options.mode), stop_(std::move(stop)) {
  assert(client_ != nullptr || mode_ == CassetteMode::replay);
  if (mode_ != CassetteMode::off) cassette_ = std::make_unique<Cassette>(options);
}

void RecordedClient::exchange(const RequestSource& next, const HttpHooks& hooks) {
  if (!cassette_) {
    client_->exchange(next, hooks);
    return;
  }
  Run run(*this, next, hooks);
  if (mode_ == CassetteMode::replay) {
    run.next_unanswered();  // answers all
    return;
  }
  client_->exchange([&run] { return run.next_unanswered(); }, run.hooks_of_client());
}

std::vector<HttpExchange> RecordedClient::exchange(std::span<const HttpRequest> requests, const HttpHooks& hooks) {
  return collect_exchanges(requests, hooks,
                           [this](const RequestSource& next, const HttpHooks& all) { exchange(next, all); });
}

}  // namespace recgauge::adapters
