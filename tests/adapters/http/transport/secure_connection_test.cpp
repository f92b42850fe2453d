// TLS: right and wrong certificates, client certificates, and HTTP/2 with nginx.
#include <doctest/doctest.h>

#include <string>

#include "harness/system/error.h"
#include "tests/adapters/http/transport/asking.h"
#include "tests/scripted/certificates.h"
#include "tests/scripted/http_server.h"
#include "tests/scripted/nginx.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::adapters;
using namespace recgauge::scripted;
using namespace recgauge::tests;
using namespace std::chrono_literals;

namespace {

struct Authority {
  TemporaryFolder folder;
  Certificate certificate{{"recgauge test authority", "", -1, 1}};
  std::filesystem::path file = folder.write("ca.pem", certificate.certificate_pem());

  HttpOptions trusting() const {
    HttpOptions options = one_attempt();
    options.tls.ca_file = file;
    return options;
  }
};

HttpResponse ask_with(const Certificate& certificate, const HttpOptions& options) {
  boost::asio::ssl::context context = certificate.server_context();
  HttpServer server(&context);
  server.on("/", writes(http_answer(200, "private")));
  return ask(get(server.url("/")), options).response;
}

void check_not_secure(const HttpResponse& response, const std::string& failure) {
  CHECK(response.problem == TransportProblem::not_secure);
  CHECK_MESSAGE(response.failure.find(failure) != std::string::npos, response.failure);
  CHECK(response.body.empty());
}

}  // namespace

TEST_CASE("certificates: trusted, self-signed, of another host, expired, not begun") {
  const Authority authority;
  const HttpOptions options = authority.trusting();
  CHECK(ask_with(Certificate({}, &authority.certificate), options).body == "private");

  check_not_secure(ask_with(Certificate({}), options), "self-signed certificate");
  check_not_secure(ask_with(Certificate({}, &authority.certificate), one_attempt()),
                   "unable to get local issuer certificate");
  check_not_secure(ask_with(Certificate({"test", "DNS:example.org"}, &authority.certificate), options),
                   "of another host");
  check_not_secure(ask_with(Certificate({"test", "IP:127.0.0.1", -10, -5}, &authority.certificate), options),
                   "certificate has expired");
  check_not_secure(ask_with(Certificate({"test", "IP:127.0.0.1", 5, 10}, &authority.certificate), options),
                   "certificate is not yet valid");

  HttpOptions unchecked = one_attempt();
  unchecked.tls.check = CertificateCheck::none;
  CHECK(ask_with(Certificate({"test", "DNS:example.org"}), unchecked).body == "private");
}

TEST_CASE("TLS towards a server without it, and the other way round") {
  HttpServer plain;
  check_not_secure(ask(get("https://127.0.0.1:" + std::to_string(plain.port()) + "/")).response, "handshake failed");
  const Certificate certificate({});
  boost::asio::ssl::context context = certificate.server_context();
  HttpServer secure(&context);
  const HttpResponse response = ask(get("http://127.0.0.1:" + std::to_string(secure.port()) + "/")).response;
  CHECK((response.problem == TransportProblem::broken || response.problem == TransportProblem::not_http));
}

TEST_CASE("a client certificate is shown where it is asked for") {
  const Authority authority;
  const Certificate ours({"client", "DNS:client.invalid"}, &authority.certificate);
  boost::asio::ssl::context context = Certificate({}, &authority.certificate).server_context();
  context.add_certificate_authority(boost::asio::buffer(authority.certificate.certificate_pem()));
  context.set_verify_mode(boost::asio::ssl::verify_peer | boost::asio::ssl::verify_fail_if_no_peer_cert);
  HttpServer server(&context);
  server.on("/", writes(http_answer(200, "welcome")));

  HttpOptions options = authority.trusting();
  const HttpResponse stranger = ask(get(server.url("/")), options).response;
  CHECK((stranger.problem == TransportProblem::not_secure || stranger.problem == TransportProblem::broken));
  options.tls.certificate_file = authority.folder.write("client.pem", ours.certificate_pem());
  options.tls.key_file = authority.folder.write("client.key", ours.key_pem());
  CHECK(ask(get(server.url("/")), options).response.body == "welcome");
}

TEST_CASE("files that cannot be used are named before anything is asked") {
  const Authority authority;
  const Certificate ours({"client"}, &authority.certificate);
  const TemporaryFolder& folder = authority.folder;
  const auto certificate = folder.write("client.pem", ours.certificate_pem());
  const auto key = folder.write("client.key", ours.key_pem());
  const auto check_refused = [](HttpTls tls, const char* message) {
    HttpOptions options;
    options.tls = std::move(tls);
    CHECK_THROWS_WITH_AS(Asking(std::move(options)), doctest::Contains(message), ConfigError);
  };
  check_refused({CertificateCheck::strict, folder / "none.pem", {}, {}}, "none.pem: is no file of certificates");
  check_refused({CertificateCheck::strict, folder.write("empty.pem", ""), {}, {}}, "empty.pem: is no file");
  check_refused({CertificateCheck::strict, {}, certificate, {}}, "client.pem: a client certificate needs its key");
  check_refused({CertificateCheck::strict, {}, {}, key}, "client.key: a client certificate needs its key");
  check_refused({CertificateCheck::strict, {}, key, key}, "client.key: is no certificate");
  check_refused({CertificateCheck::strict, {}, certificate, certificate}, "client.pem: is no key of that certificate");
  check_refused(
      {CertificateCheck::strict, {}, certificate, folder.write("other.key", Certificate({"other"}).key_pem())},
      "other.key: is no key of that certificate");
  check_refused(
      {CertificateCheck::strict, {}, certificate, folder.write("closed.key", ours.encrypted_key_pem("phrase"))},
      "closed.key: is no key of that certificate");
}

TEST_CASE("nginx: HTTP/2 over TLS, HTTP/1.1 without, connections kept") {
  const Authority authority;
  const Certificate certificate({}, &authority.certificate);
  Nginx nginx(
      "server { listen 127.0.0.1:PORT ssl http2; ssl_certificate FOLDER/cert.pem; ssl_certificate_key FOLDER/key.pem;\n"
      "  keepalive_requests 100000;\n"
      "  location /protocol { return 200 \"$server_protocol $connection\"; }\n"
      "  location /down { return 503; } location /limited { return 429; add_header Retry-After 1 always; } }\n");
  nginx.folder().write("cert.pem", certificate.certificate_pem());
  nginx.folder().write("key.pem", certificate.key_pem());
  nginx.start();
  const std::string base = "https://127.0.0.1:" + std::to_string(nginx.port());
  Asking asking(authority.trusting());
  const std::vector<HttpRequest> requests(200, get(base + "/protocol"));
  std::string first;
  for (int round = 0; round < 3; ++round) {
    const HttpExchange exchange = asking.ask(requests.front());
    CHECK_MESSAGE(exchange.response.body.starts_with("HTTP/2.0 "), exchange.response.failure);
    if (first.empty()) first = exchange.response.body;
    CHECK(exchange.response.body == first);  // nginx's number of the connection
  }
  for (const HttpExchange& exchange : asking.client.exchange(requests)) {
    CHECK(exchange.response.status == 200);
    CHECK(exchange.response.body.starts_with("HTTP/2.0 "));
  }
  CHECK(asking.ask(get(base + "/down")).response.status == 503);
  const HttpExchange limited = asking.ask(get(base + "/limited"));
  CHECK(limited.response.status == 429);
  CHECK(limited.response.header("retry-after") == "1");
  CHECK(asking.ask(get(base + "/missing")).response.status == 404);
}

TEST_CASE("nginx: compressed, chunked and large bodies; a request too large; a slow back end") {
  HttpServer slow;
  slow.on("/slow",
          [](HttpConnection& connection, const HttpServerRequest&) -> Task<> { co_await connection.wait(1h); });
  slow.on("/cut", writes_and_closes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
  Nginx nginx(
      "gzip on; gzip_types *; gzip_min_length 1; client_max_body_size 1k;\n"
      "server { listen 127.0.0.1:PORT; root FOLDER/pages; location /echo { return 200 $request_body; }\n"
      "  location /slow { proxy_pass http://127.0.0.1:" +
      std::to_string(slow.port()) +
      "; proxy_read_timeout 1s; }\n"
      "  location /cut { proxy_pass http://127.0.0.1:" +
      std::to_string(slow.port()) + "; proxy_buffering off; } }\n");
  std::string page;
  for (int i = 0; i < 200'000; ++i) page += std::to_string(i) + "\n";
  nginx.folder().write("pages/page.txt", page);
  nginx.start();
  const std::string base = "http://127.0.0.1:" + std::to_string(nginx.port());
  HttpOptions options = one_attempt();
  const HttpResponse whole = ask(get(base + "/page.txt"), options).response;
  CHECK(whole.header("content-encoding") == "gzip");
  CHECK(whole.body == page);
  CHECK(ask(post(base + "/page.txt", std::string(2000, 'x')), options).response.status == 413);
  CHECK(ask(get(base + "/slow"), options).response.status == 504);
  CHECK(ask(get(base + "/cut"), options).response.problem == TransportProblem::broken);
}
