#include "adapters/http/transport/tls_files.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>
#include <string_view>

#include "harness/system/error.h"

namespace recgauge::adapters {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, std::string_view problem) {
  ERR_clear_error();
  throw ConfigError(fmt::format("{}: {}", file.string(), problem));
}

}  // namespace

void check_tls_files(const HttpTls& tls) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  if (context == nullptr) throw SystemError("OpenSSL cannot be started");
  // Else OpenSSL asks at the terminal.
  SSL_CTX_set_default_passwd_cb(context.get(), [](char*, int, int, void*) { return 0; });
  const auto& [check, ca, certificate, key] = tls;
  if (!ca.empty() && SSL_CTX_load_verify_file(context.get(), ca.c_str()) != 1) {
    refuse(ca, "is no file of certificates in PEM form that can be read");
  }
  if (certificate.empty() != key.empty()) {
    refuse(certificate.empty() ? key : certificate, "a client certificate needs its key, and a key its certificate");
  }
  if (certificate.empty()) return;
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) {
    refuse(certificate, "is no certificate in PEM form that can be read");
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1) {
    refuse(key, "is no key of that certificate in PEM form, without a pass phrase, that can be read");
  }
}

}  // namespace recgauge::adapters
