// Answers of an endpoint in a SQLite file, written one by one as they arrive, so that a run can be replayed without the
// network, and one that was killed pays only for what is missing. Holds no secret of a request.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "adapters/http/transport/canonical_request.h"
#include "adapters/http/transport/http_client.h"

namespace recgauge::adapters {

enum class CassetteMode : uint8_t {
  off,     ///< ask, keep nothing
  record,  ///< ask, and keep each answer in place of an older one
  replay,  ///< never ask; what is not there is `not_sent`
  cache,   ///< answer from the file, else ask and keep; failures are asked again
};

struct CassetteOptions {
  std::filesystem::path file;
  CassetteMode mode = CassetteMode::off;
  RequestIdentity identity;
  /// Takes secrets that an endpoint sent back out of what is kept; called with a copy. May be empty.
  std::function<void(HttpResponse&)> mask;
};

/// A request, and which of several that are identical.
struct CassetteKey {
  std::string request;  ///< request_key()
  uint64_t occurrence = 0;
};

class Cassette {
 public:
  /// Opens the file, and creates it unless it is to be replayed. Throws DataError where a file to be replayed is not
  /// there, SystemError where it cannot be opened or is something else, ConfigError as check_identity() does.
  explicit Cassette(CassetteOptions options);
  ~Cassette();
  Cassette(const Cassette&) = delete;
  Cassette& operator=(const Cassette&) = delete;

  /// The key of a request that is asked now: its own occurrence, or how often the same was asked before by this object.
  CassetteKey key_of(const HttpRequest& request);

  /// What is kept, with the times of the recording. With `cache`, nothing for a failure: no answer, a status of 500 and
  /// more, or one that says that the request itself was turned away (401, 403, 407, 408, 425, 429), or a verdict other
  /// than `done`. Throws SystemError where the file is damaged.
  std::optional<HttpExchange> find(const CassetteKey& key) const;

  /// Keeps an exchange, in one transaction. One that was not sent is left out. Headers of an answer that set cookies or
  /// concern credentials, and its Location, are dropped. Throws SystemError where the disk is full.
  void write(const CassetteKey& key, const HttpRequest& request, const HttpExchange& exchange);

  uint64_t size() const;  ///< exchanges that are kept, failures included

 private:
  struct Database;

  CassetteOptions options_;
  std::unique_ptr<Database> database_;
  std::unordered_map<std::string, uint64_t> asked_;
};

}  // namespace recgauge::adapters
