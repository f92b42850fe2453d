#include "adapters/http/transport/transfer_failure.h"

#include <fmt/format.h>
#include <openssl/x509_vfy.h>

#include <system_error>

namespace recgauge::adapters {
namespace {

TransportProblem problem_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return TransportProblem::name_unknown;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_OPERATION_TIMEDOUT:
      return TransportProblem::not_connected;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CLIENTCERT:
      return TransportProblem::not_secure;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
      return TransportProblem::not_http;
    case CURLE_OUT_OF_MEMORY:  // said of a header line beyond libcurl's own bound
      return TransportProblem::too_large;
    default:
      return TransportProblem::broken;
  }
}

std::string not_connected_words(CURL* handle, CURLcode code) {
  if (code == CURLE_OPERATION_TIMEDOUT) return "no connection within its time limit";
  long number = 0;
  curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &number);
  if (number == 0) return "no connection";
  return fmt::format("no connection: {}", std::generic_category().message(static_cast<int>(number)));
}

std::string not_secure_words(CURL* handle, CURLcode code) {
  if (code == CURLE_SSL_CERTPROBLEM) return "our certificate or key cannot be used";
  long result = X509_V_OK;
  curl_easy_getinfo(handle, CURLINFO_SSL_VERIFYRESULT, &result);
  // "Unspecified" is what libcurl begins with, before OpenSSL has said anything.
  if (result != X509_V_OK && result != X509_V_ERR_UNSPECIFIED) {
    return fmt::format("the server's certificate is not trusted: {}", X509_verify_cert_error_string(result));
  }
  if (code == CURLE_PEER_FAILED_VERIFICATION) return "the server's certificate is of another host";
  return "no secure connection: the TLS handshake failed";
}

std::string words_of(CURL* handle, CURLcode code, const HttpResponse& response) {
  switch (problem_of(code)) {
    case TransportProblem::name_unknown:
      return "the name of the host, or of the proxy, has no address";
    case TransportProblem::not_connected:
      return not_connected_words(handle, code);
    case TransportProblem::not_secure:
      return not_secure_words(handle, code);
    case TransportProblem::not_http:
      return code == CURLE_BAD_CONTENT_ENCODING ? "its body is not compressed as it says" : "what came is no HTTP";
    case TransportProblem::too_large:
      return "a line of its headers is too long";
    default:
      return fmt::format("the connection ended after {} bytes of the body ({})", response.body.size(),
                         curl_easy_strerror(code));
  }
}

// Addresses that libcurl refuses before it does anything.
bool is_refused_address(CURLcode code) {
  return code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_LOGIN_DENIED;
}

}  // namespace

TransferFailure explain_failure(CURL* handle, CURLcode code, const HttpResponse& response) {
  if (response.sent.count() == 0 && is_refused_address(code)) {
    return {TransportProblem::not_sent, code == CURLE_LOGIN_DENIED
                                            ? "the address holds a user name; credentials have their own place"
                                            : "the address is none of http or https"};
  }
  return {problem_of(code), words_of(handle, code, response)};
}

}  // namespace recgauge::adapters
