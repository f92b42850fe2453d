// What authenticators put on requests, against documented examples and OpenSSL's command line; and what never shows.
#include "adapters/http/auth/authenticator.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "adapters/http/auth/keyed_hash.h"
#include "adapters/http/auth/service_account.h"
#include "harness/system/base64.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::adapters;

namespace {

const WallTime kNow{std::chrono::seconds(1398463889)};

std::unique_ptr<Authenticator> make(const std::string& yaml, FetchToken fetch = {}) {
  return make_authenticator(read_auth_config(parse_config_text(yaml, "run.yaml"), "auth"), std::move(fetch));
}

std::string header_of(const HttpRequest& request, const std::string& name) {
  for (const HttpHeader& header : request.headers) {
    if (header.name == name) return header.value;
  }
  return "";
}

HttpResponse answer(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

// A key pair made by the openssl program, as a service account's file.
class AccountFile {
 public:
  AccountFile() {
    run("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out '" + path("key.pem") + "' 2>/dev/null");
    run("openssl pkey -in '" + path("key.pem") + "' -pubout -out '" + path("public.pem") + "'");
    const nlohmann::json account{{"type", "service_account"},
                                 {"client_email", "gauge@project.example"},
                                 {"private_key_id", "key-7"},
                                 {"private_key", read("key.pem")},
                                 {"token_uri", "https://oauth2.example/token"}};
    std::ofstream(path("account.json")) << account.dump();
    std::filesystem::permissions(path("account.json"), std::filesystem::perms::owner_read);
  }

  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void run(const std::string& command) { REQUIRE(std::system(command.c_str()) == 0); }

  // By the openssl program.
  bool verifies(const std::string& jwt) const {
    const size_t dot = jwt.rfind('.');
    std::ofstream(path("input"), std::ios::binary) << jwt.substr(0, dot);
    std::ofstream(path("signature"), std::ios::binary) << decode_base64(jwt.substr(dot + 1)).value();
    return std::system(("openssl dgst -sha256 -verify '" + path("public.pem") + "' -signature '" + path("signature") +
                        "' '" + path("input") + "' > /dev/null 2>&1")
                           .c_str()) == 0;
  }

 private:
  scripted::TemporaryFolder folder_;
};

nlohmann::json part_of(const std::string& jwt, size_t index) {
  std::string rest = jwt;
  for (size_t i = 0; i < index; ++i) rest = rest.substr(rest.find('.') + 1);
  return nlohmann::json::parse(decode_base64(rest.substr(0, rest.find('.'))).value());
}

}  // namespace

// https://docs.recombee.com/authentication, "Hash examples".
TEST_CASE("query-hmac: the documented examples of Recombee") {
  constexpr const char* kToken = "gahpiev6eighaig1aek4ujietheiXeengae3Ohqu9iecutheof5rooxeigheel8G";
  CHECK(hmac_sha1_hex(kToken, "Hello world") == "1291b164d8332792233dcc8ce94e1c9ea6113fb8");
  setenv("RECGAUGE_TEST_TOKEN", kToken, 1);
  const auto authenticator = make(
      "{kind: query-hmac, token: env:RECGAUGE_TEST_TOKEN, timestamp_param: hmac_timestamp, sign_param: hmac_sign}");
  HttpRequest request;
  request.url =
      "https://rapi.recombee.com/recombee/items/9346/recomms/"
      "?count=5&targetUserId=fb2fbe12-9f69-45a1-9fc0-df0c1592e4c7";
  const std::string unsigned_url = request.url;
  for (int attempt = 0; attempt < 2; ++attempt) {
    CHECK(!authenticator->sign(request, kNow));
    CHECK(request.url ==
          unsigned_url + "&hmac_timestamp=1398463889&hmac_sign=090eafba456488622a6d6f0dc37d3a1508536338");
  }
  CHECK(authenticator->credential_names().query == std::vector<std::string>{"hmac_timestamp", "hmac_sign"});
}

TEST_CASE("header, bearer and basic; the example of RFC 7617") {
  setenv("RECGAUGE_TEST_TOKEN", "k3y", 1);
  HttpRequest request;
  make("{kind: header, name: X-API-Key, value: env:RECGAUGE_TEST_TOKEN}")->sign(request, kNow);
  CHECK(header_of(request, "X-API-Key") == "k3y");
  make("{kind: header, name: Authorization, prefix: 'ApiKey ', value: env:RECGAUGE_TEST_TOKEN}")->sign(request, kNow);
  CHECK(header_of(request, "Authorization") == "ApiKey k3y");
  make("{kind: bearer, token: env:RECGAUGE_TEST_TOKEN}")->sign(request, kNow);
  CHECK(header_of(request, "Authorization") == "Bearer k3y");
  setenv("RECGAUGE_TEST_TOKEN", "open sesame", 1);
  make("{kind: basic, user: Aladdin, password: env:RECGAUGE_TEST_TOKEN}")->sign(request, kNow);
  CHECK(header_of(request, "Authorization") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  CHECK(request.headers.size() == 2);
  CHECK(make("{}")->credential_names().headers.empty());
}

TEST_CASE("jwt-bearer: a token signed for the token endpoint, kept until a minute before it ends") {
  const AccountFile account;
  std::vector<HttpRequest> asked;
  const auto authenticator = make(
      "{kind: jwt-bearer, scope: 'https://scope.example/all', key_file: 'file:" + account.path("account.json") + "'}",
      [&](const HttpRequest& request) {
        asked.push_back(request);
        return answer(200, R"({"access_token":"t)" + std::to_string(asked.size()) +
                               R"(","expires_in":3599,"token_type":"Bearer"})");
      });
  HttpRequest request;
  CHECK(!authenticator->sign(request, kNow));
  CHECK(header_of(request, "Authorization") == "Bearer t1");
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].method == "POST");
  CHECK(asked[0].url == "https://oauth2.example/token");
  const std::string expected = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
  REQUIRE(asked[0].body.starts_with(expected));
  const std::string jwt = asked[0].body.substr(expected.size());
  CHECK(account.verifies(jwt));
  CHECK(!account.verifies(jwt.substr(0, 20) + (jwt[20] == 'A' ? 'B' : 'A') + jwt.substr(21)));
  CHECK(part_of(jwt, 0) == nlohmann::json{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "key-7"}});
  CHECK(part_of(jwt, 1) == nlohmann::json{{"iss", "gauge@project.example"},
                                          {"scope", "https://scope.example/all"},
                                          {"aud", "https://oauth2.example/token"},
                                          {"iat", 1398463889},
                                          {"exp", 1398467489}});
  authenticator->sign(request, kNow + std::chrono::seconds(3538));
  CHECK(asked.size() == 1);
  authenticator->sign(request, kNow + std::chrono::seconds(3539));
  CHECK(asked.size() == 2);
  CHECK(header_of(request, "Authorization") == "Bearer t2");
  authenticator->forget();
  authenticator->sign(request, kNow + std::chrono::seconds(3540));
  CHECK(asked.size() == 3);
}

TEST_CASE("self-signed-jwt: the token itself is sent") {
  const AccountFile account;
  const auto authenticator =
      make("{kind: self-signed-jwt, audience: 'https://retail.googleapis.com/', key_file: 'file:" +
           account.path("account.json") + "'}");
  HttpRequest request;
  CHECK(!authenticator->sign(request, kNow));
  const std::string jwt = header_of(request, "Authorization").substr(7);
  CHECK(account.verifies(jwt));
  CHECK(part_of(jwt, 1) == nlohmann::json{{"iss", "gauge@project.example"},
                                          {"sub", "gauge@project.example"},
                                          {"aud", "https://retail.googleapis.com/"},
                                          {"iat", 1398463889},
                                          {"exp", 1398467489}});
}

TEST_CASE("client-credentials: id and secret are form-encoded, then a user and a password") {
  setenv("RECGAUGE_TEST_SECRET", "s:e/c", 1);
  std::vector<HttpRequest> asked;
  HttpResponse next = answer(200, R"({"access_token":"abc","expires_in":10})");
  const auto authenticator = make(
      "{kind: client-credentials, token_uri: 'https://id.example/token', id: 'my app', secret: "
      "env:RECGAUGE_TEST_SECRET, "
      "scope: 'read write'}",
      [&](const HttpRequest& request) {
        asked.push_back(request);
        return next;
      });
  HttpRequest request;
  CHECK(!authenticator->sign(request, kNow));
  CHECK(asked[0].body == "grant_type=client_credentials&scope=read%20write");
  CHECK(header_of(asked[0], "Authorization") == "Basic bXklMjBhcHA6cyUzQWUlMkZj");  // base64 of my%20app:s%3Ae%2Fc
  authenticator->sign(request, kNow + std::chrono::seconds(8));
  CHECK(asked.size() == 1);
  authenticator->sign(request, kNow + std::chrono::seconds(9));
  CHECK(asked.size() == 2);
}

TEST_CASE("what a token endpoint does wrong is said, without its control characters and without a secret") {
  setenv("RECGAUGE_TEST_SECRET", "hunter2", 1);
  HttpResponse next;
  const auto authenticator = make(
      "{kind: client-credentials, token_uri: 'https://id.example/token', id: app, secret: env:RECGAUGE_TEST_SECRET}",
      [&](const HttpRequest&) { return next; });
  const auto problem_with = [&](HttpResponse response) {
    next = std::move(response);
    HttpRequest request;
    const std::string problem = authenticator->sign(request, kNow).value_or("");
    CHECK(request.headers.empty());
    CHECK(problem.find("hunter2") == std::string::npos);
    return problem;
  };
  CHECK(problem_with(answer(400, R"({"error":"invalid_grant\u001b[2J"})")) ==
        "the token endpoint answered 400: invalid_grant?[2J");
  CHECK(problem_with(answer(200, "{}")).find("access_token") != std::string::npos);
  CHECK(problem_with(answer(200, R"({"access_token":"a\r\nX-Evil: 1"})")).find("no usable") != std::string::npos);
  CHECK(problem_with(answer(500, "<html>")).find("500") != std::string::npos);
  HttpResponse broken;
  broken.problem = TransportProblem::not_connected;
  CHECK(problem_with(broken) == "the token endpoint: not connected");
}

TEST_CASE("mistakes in a configuration are named, secrets are not repeated") {
  CHECK_THROWS_WITH_AS(make("{kind: bearer, token: sk-hunter2}"), doctest::Contains("auth.token names where a secret"),
                       ConfigError);
  try {
    make("{kind: bearer, token: sk-hunter2}");
  } catch (const ConfigError& error) {
    CHECK(std::string(error.what()).find("hunter2") == std::string::npos);
  }
  CHECK_THROWS_WITH_AS(make("{kind: bearr}"), doctest::Contains("did you mean 'bearer'"), ConfigError);
  CHECK_THROWS_WITH_AS(make("{kind: bearer, tokn: env:A}"), doctest::Contains("did you mean 'token'"), ConfigError);
  CHECK_THROWS_WITH_AS(make("{kind: basic, user: a}"), doctest::Contains("lacks the key 'password'"), ConfigError);
  CHECK_THROWS_WITH_AS(make("{kind: bearer, token: env:A, region: x}"), doctest::Contains("means nothing"),
                       ConfigError);
  CHECK_THROWS_WITH_AS(make("{kind: client-credentials, id: a, secret: env:A, token_uri: 'http://id.example/token'}"),
                       doctest::Contains("must begin with https://"), ConfigError);
  unsetenv("RECGAUGE_TEST_ABSENT");
  CHECK_THROWS_WITH_AS(make("{kind: bearer, token: env:RECGAUGE_TEST_ABSENT}"), doctest::Contains("is not set"),
                       ConfigError);
  setenv("RECGAUGE_TEST_TOKEN", "a\nX-Evil: 1", 1);
  CHECK_THROWS_WITH_AS(make("{kind: bearer, token: env:RECGAUGE_TEST_TOKEN}"), doctest::Contains("no header can carry"),
                       ConfigError);
}

TEST_CASE("a secret in a file: the line end is no part of it, and others must not be able to read it") {
  const scripted::TemporaryFolder folder;
  folder.write("key", "k3y\n");
  const std::string path = (folder.path() / "key").string();
  std::filesystem::permissions(path, std::filesystem::perms(0644));
  CHECK_THROWS_WITH_AS(make("{kind: bearer, token: 'file:" + path + "'}"), doctest::Contains("'chmod 600' it"),
                       ConfigError);
  std::filesystem::permissions(path, std::filesystem::perms(0600));
  HttpRequest request;
  make("{kind: bearer, token: 'file:" + path + "'}")->sign(request, kNow);
  CHECK(header_of(request, "Authorization") == "Bearer k3y");
}
