// What a configuration says about a remote endpoint as a system under test: how it is spoken to, how hard, what may
// leave this machine, and what is kept.
#pragma once

#include <string>
#include <vector>

#include "adapters/http/transport/cassette.h"
#include "harness/config/config_visitor.h"
#include "harness/protocol/pseudonyms.h"

namespace recgauge::adapters {

/// How a server is asked: limits, repetitions, budgets, TLS, and where answers are kept.
struct TransportConfig {
  double connect_timeout = 10.0;
  double first_byte_timeout = 30.0;
  double total_timeout = 60.0;
  uint32_t attempts = 5;
  uint32_t concurrency = 64;
  double requests_per_second = 0.0;
  double burst = 1.0;
  uint32_t breaker_failures = 20;
  double breaker_pause = 10.0;
  uint64_t request_budget = 0;
  double money_budget = 0.0;
  double price_per_request = 0.0;
  uint64_t largest_answer = uint64_t{16} << 20;

  bool verify_tls = true;
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::string proxy;

  std::string cassette;
  CassetteMode cassette_use = CassetteMode::cache;
};

struct HttpConfig : TransportConfig {
  ConfigNode endpoint;

  UserIds user_ids = UserIds::pseudonym;
  std::vector<std::string> disclose;
  bool feedback = false;
  bool authorised = false;

  std::string vectors_file;

  SourcePlace place;
};

template <typename V>
void visit_transport(V& v, TransportConfig& c) {
  v.value("connect_timeout", c.connect_timeout, "seconds for name, proxy and TLS", {0.001, 86400.0, {}, false});
  v.value("first_byte_timeout", c.first_byte_timeout, "seconds from then on until an answer begins",
          {0.001, 86400.0, {}, false});
  v.value("total_timeout", c.total_timeout, "seconds of one attempt", {0.001, 86400.0, {}, false});
  v.value("attempts", c.attempts, "most attempts for one request, the first included", {1.0, 100.0, {}, false});
  v.value("concurrency", c.concurrency, "most requests under way at a time", {1.0, 10000.0, {}, false});
  v.value("requests_per_second", c.requests_per_second, "most requests in a second; 0: no limit",
          {0.0, 1e6, {}, false});
  v.value("burst", c.burst, "requests that may go at once after a pause", {1.0, 1e6, {}, false});
  v.value("breaker_failures", c.breaker_failures,
          "failures in a row after which nothing is sent for a while; 0: never");
  v.value("breaker_pause", c.breaker_pause, "seconds of that while", {0.001, 86400.0, {}, false});
  v.value("request_budget", c.request_budget, "most attempts of the whole run, each counted; 0: no limit");
  v.value("money_budget", c.money_budget, "most money of the whole run; 0: no limit", {0.0, 1e12, {}, false});
  v.value("price_per_request", c.price_per_request, "what an attempt costs", {0.0, 1e9, {}, false});
  v.value("largest_answer", c.largest_answer, "bytes of one answer after decompression", {1.0, 1e10, {}, false});
  v.value("verify_tls", c.verify_tls, "whether the server's certificate is checked");
  v.value("ca_file", c.ca_file, "PEM file of authorities instead of the machine's");
  v.value("certificate_file", c.certificate_file, "PEM file of our own certificate");
  v.value("key_file", c.key_file, "PEM file of its key");
  v.value("proxy", c.proxy, "for example http://proxy:3128; variables such as http_proxy are not read");
  v.value("cassette", c.cassette, "file in which requests and answers are kept; none if absent");
  v.choice("cassette_use", c.cassette_use,
           {{"record", CassetteMode::record}, {"replay", CassetteMode::replay}, {"cache", CassetteMode::cache}},
           "what the cassette is for");
}

template <typename V>
void visit(V& v, HttpConfig& c) {
  v.subtree("endpoint", c.endpoint, "a preset ('preset: recombee') with its constants and what differs, or a mapping");
  visit_transport(v, c);
  v.choice("user_ids", c.user_ids, {{"pseudonym", UserIds::pseudonym}, {"plain", UserIds::plain}},
           "how users are named towards the endpoint");
  v.value("disclose", c.disclose, "attributes of users that the endpoint is told; none unless they stand here");
  v.value("feedback", c.feedback,
          "whether the endpoint is sent what simulated users did; it then learns from invented clicks");
  v.value("authorised", c.authorised,
          "whether its owner agrees that it is sent oversized, malformed and hostile requests; else it is sent none");
  v.value("vectors_file", c.vectors_file,
          "JSON Lines of item vectors, for endpoints that are asked with a user's vector");
  v.place(c.place);
}

/// Reads the `parameters` of a model of kind "http" without its endpoint. Throws ConfigError with the place of an
/// unknown key or an impossible combination.
HttpConfig read_http_config(const ConfigNode& parameters);

/// Throws ConfigError, with `place`, for settings that do not go together.
void check_transport(const TransportConfig& config, const SourcePlace& place);

}  // namespace recgauge::adapters
