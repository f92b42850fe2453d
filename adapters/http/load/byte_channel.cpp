#include "adapters/http/load/byte_channel.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <cstring>

#include "harness/system/error.h"

namespace recgauge::adapters {
namespace {

struct Origin {
  bool secure = false;
  std::string host;
  std::string port;
};

// Mappings have checked the address; what is wrong here is found when it is looked up.
Origin origin_of(const std::string& url) {
  Origin origin;
  origin.secure = url.starts_with("https://");
  const size_t begin = url.find("://") + 3;
  std::string authority = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.find(':', bracket == std::string::npos ? 0 : bracket);
  origin.port = colon == std::string::npos ? (origin.secure ? "443" : "80") : authority.substr(colon + 1);
  origin.host = authority.substr(0, colon);
  if (origin.host.starts_with('[')) origin.host = origin.host.substr(1, origin.host.size() - 2);
  return origin;
}

void require(bool loaded, const std::filesystem::path& file, const char* what) {
  if (loaded) return;
  ERR_clear_error();
  throw ConfigError(fmt::format("'{}' cannot be used as {}; it must be a readable PEM file", file.string(), what));
}

}  // namespace

ServerAddress find_server(const std::string& url) {
  const Origin origin = origin_of(url);
  ServerAddress address;
  address.host = origin.host;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = getaddrinfo(origin.host.c_str(), origin.port.c_str(), &hints, &found);
  if (code != 0 || found == nullptr) {
    address.problem = fmt::format("the host's name has no address: {}", gai_strerror(code));
    return address;
  }
  std::memcpy(&address.socket, found->ai_addr, found->ai_addrlen);
  address.length = found->ai_addrlen;
  freeaddrinfo(found);
  return address;
}

std::shared_ptr<SSL_CTX> make_tls(const std::string& url, const HttpTls& options) {
  if (!origin_of(url).secure) return nullptr;
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const bool strict = options.check == CertificateCheck::strict;
  SSL_CTX_set_verify(context.get(), strict ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (options.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context.get());
  } else {
    require(SSL_CTX_load_verify_locations(context.get(), options.ca_file.c_str(), nullptr) == 1, options.ca_file,
            "authorities (ca_file)");
  }
  // Else OpenSSL asks at the terminal for the pass phrase of a key that has one.
  SSL_CTX_set_default_passwd_cb(context.get(), [](char*, int, int, void*) { return 0; });
  if (!options.certificate_file.empty()) {
    require(SSL_CTX_use_certificate_chain_file(context.get(), options.certificate_file.c_str()) == 1,
            options.certificate_file, "a certificate (certificate_file)");
    require(SSL_CTX_use_PrivateKey_file(context.get(), options.key_file.c_str(), SSL_FILETYPE_PEM) == 1,
            options.key_file, "a private key (key_file)");
  }
  return context;
}

ByteChannel::ByteChannel(const ServerAddress& address, std::shared_ptr<SSL_CTX> tls) : tls_(std::move(tls)) {
  descriptor_ = ::socket(address.socket.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return;
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  const auto* socket = reinterpret_cast<const sockaddr*>(&address.socket);
  if (::connect(descriptor_, socket, address.length) != 0 && errno != EINPROGRESS) {
    ::close(descriptor_);
    descriptor_ = -1;
    return;
  }
  if (!tls_) return;
  session_.reset(SSL_new(tls_.get()));
  SSL_set_fd(session_.get(), descriptor_);
  SSL_set_connect_state(session_.get());
  boost::system::error_code no_number;
  boost::asio::ip::make_address(address.host, no_number);
  if (no_number) {
    SSL_set_tlsext_host_name(session_.get(), address.host.c_str());
    SSL_set1_host(session_.get(), address.host.c_str());
  } else {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session_.get()), address.host.c_str());
  }
}

ByteChannel::~ByteChannel() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

ByteChannel::Progress ByteChannel::progress_of(int result) const {
  if (session_) {
    const int error = SSL_get_error(session_.get(), result);
    ERR_clear_error();
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Progress::not_yet : Progress::failed;
  }
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Progress::not_yet : Progress::failed;
}

ByteChannel::Progress ByteChannel::connect() {
  if (!connected_) {
    int error = 0;
    socklen_t size = sizeof(error);
    ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return Progress::failed;
    sockaddr_storage peer{};
    socklen_t length = sizeof(peer);
    if (::getpeername(descriptor_, reinterpret_cast<sockaddr*>(&peer), &length) != 0) return Progress::not_yet;
    connected_ = true;
  }
  if (!session_) return Progress::done;
  const int result = SSL_do_handshake(session_.get());
  return result == 1 ? Progress::done : progress_of(result);
}

ByteChannel::Progress ByteChannel::write(std::string_view& bytes) {
  while (!bytes.empty()) {
    const ssize_t written = session_ ? SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size()))
                                     : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written <= 0) return progress_of(static_cast<int>(written));
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return Progress::done;
}

ByteChannel::Read ByteChannel::read(std::span<char> into) {
  const ssize_t size = session_ ? SSL_read(session_.get(), into.data(), static_cast<int>(into.size()))
                                : ::recv(descriptor_, into.data(), into.size(), 0);
  if (size > 0) return {Progress::done, static_cast<size_t>(size)};
  if (size == 0 && !session_) return {Progress::failed, 0};
  return {progress_of(static_cast<int>(size)), 0};
}

}  // namespace recgauge::adapters
