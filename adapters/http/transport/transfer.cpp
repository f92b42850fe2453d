#include "adapters/http/transport/transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "adapters/http/transport/request_check.h"
#include "adapters/http/transport/transfer_failure.h"
#include "harness/system/error.h"
#include "harness/system/text.h"

namespace recgauge::adapters {
namespace {

constexpr size_t kRefused = CURL_WRITEFUNC_ERROR;

template <typename T>
void set(CURL* handle, CURLoption option, T value) {
  if (const CURLcode code = curl_easy_setopt(handle, option, value); code != CURLE_OK) {
    throw SystemError(fmt::format("libcurl refuses option {}: {}", static_cast<int>(option), curl_easy_strerror(code)));
  }
}

void set_file(CURL* handle, CURLoption option, const std::filesystem::path& path) {
  if (!path.empty()) set(handle, option, path.c_str());
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

int status_of(std::string_view status_line) {
  const size_t space = status_line.find(' ');
  int status = 0;
  if (space == std::string_view::npos) return status;
  std::from_chars(status_line.data() + space + 1, status_line.data() + status_line.size(), status);
  return status;
}

bool has_header(const HttpRequest& request, std::string_view name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const HttpHeader& header) { return lower_case(header.name) == name; });
}

// For all others libcurl gets a body, if an empty one.
bool is_read_only(const HttpRequest& request) {
  return request.method == "HEAD" || (request.method == "GET" && request.body.empty());
}

}  // namespace

Transfer::Transfer(const HttpOptions& options, const Clock& clock)
    : options_(options), clock_(clock), handle_(curl_easy_init(), &curl_easy_cleanup) {
  if (handle_ == nullptr) throw SystemError("libcurl cannot be started");
  set_constants();
  set_secure_connection();
  set_proxy();
}

Transfer::~Transfer() = default;

void Transfer::set_constants() {
  CURL* handle = handle_.get();
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);  // redirects are checked before they are followed
  set(handle, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(handle, CURLOPT_HTTP09_ALLOWED, 0L);
  set(handle, CURLOPT_ACCEPT_ENCODING, "");  // all that libcurl can undo
  set(handle, CURLOPT_USERAGENT, "recgauge");
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.times.connect.count()));
  // The lambdas are turned into pointers to functions, which is what libcurl takes.
  set(
      handle, CURLOPT_PREREQFUNCTION,
      +[](void* self, char*, char*, int, int) { return static_cast<Transfer*>(self)->on_connected(); });
  set(handle, CURLOPT_PREREQDATA, this);
  set(
      handle, CURLOPT_HEADERFUNCTION, +[](char* data, size_t, size_t size, void* self) {
        return static_cast<Transfer*>(self)->on_header({data, size});
      });
  set(handle, CURLOPT_HEADERDATA, this);
  set(
      handle, CURLOPT_WRITEFUNCTION, +[](char* data, size_t, size_t size, void* self) {
        return static_cast<Transfer*>(self)->on_body({data, size});
      });
  set(handle, CURLOPT_WRITEDATA, this);
}

void Transfer::set_secure_connection() {
  CURL* handle = handle_.get();
  const bool strict = options_.tls.check == CertificateCheck::strict;
  set(handle, CURLOPT_SSL_VERIFYPEER, strict ? 1L : 0L);
  set(handle, CURLOPT_SSL_VERIFYHOST, strict ? 2L : 0L);
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set_file(handle, CURLOPT_CAINFO, options_.tls.ca_file);
  set_file(handle, CURLOPT_SSLCERT, options_.tls.certificate_file);
  set_file(handle, CURLOPT_SSLKEY, options_.tls.key_file);
  set(handle, CURLOPT_KEYPASSWD, "");  // else OpenSSL asks at the terminal for the pass phrase of a key that has one
}

void Transfer::set_proxy() {
  CURL* handle = handle_.get();
  // Both are set even where empty: libcurl would read the environment.
  set(handle, CURLOPT_PROXY, options_.proxy.address.c_str());
  set(handle, CURLOPT_NOPROXY, options_.proxy.exceptions.c_str());
  if (options_.proxy.credentials) {
    set(handle, CURLOPT_PROXYUSERPWD, std::string(options_.proxy.credentials->text()).c_str());
  }
}

std::string Transfer::prepare(HttpRequest request, BodySink sink) {
  if (std::string problem = problem_of(request); !problem.empty()) return problem;
  request_ = std::move(request);
  sink_ = std::move(sink);
  exception_ = nullptr;
  response_ = {};
  header_bytes_ = 0;
  reading_ = Reading::status;
  set(handle_.get(), CURLOPT_URL, request_.url.c_str());
  set_method();
  set_headers();
  return "";
}

void Transfer::set_method() {
  CURL* handle = handle_.get();
  set(handle, CURLOPT_HTTPGET, 1L);  // undoes what the request before has left
  set(handle, CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
  if (request_.method == "HEAD") set(handle, CURLOPT_NOBODY, 1L);
  if (is_read_only(request_)) return;
  set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  set(handle, CURLOPT_POSTFIELDS, request_.body.c_str());
  set(handle, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void Transfer::set_headers() {
  headers_.reset();
  for (const HttpHeader& header : request_.headers) {
    // libcurl's way of writing a header without a value.
    add_header(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  if (!is_read_only(request_)) {
    // Without a value: libcurl leaves out what it would add.
    if (!has_header(request_, "expect")) add_header("Expect:");
    if (!has_header(request_, "content-type")) add_header("Content-Type:");
  }
  set(handle_.get(), CURLOPT_HTTPHEADER, headers_.get());
}

void Transfer::add_header(const std::string& line) {
  curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
  if (longer == nullptr) throw SystemError("no memory for the headers of a request");
  static_cast<void>(headers_.release());
  headers_.reset(longer);
}

// Called a second time where a kept connection turned out to be closed and libcurl opens another one.
int Transfer::on_connected() {
  const bool is_again = response_.sent.count() != 0;
  if (is_again && !request_.repeatable) return CURL_PREREQFUNC_ABORT;
  response_.sent = clock_.now();
  return CURL_PREREQFUNC_OK;
}

void Transfer::begin_answer(std::string_view status_line) {
  if (response_.first_byte.count() == 0) response_.first_byte = clock_.now();
  response_.status = status_of(status_line);
  response_.headers.clear();
  reading_ = Reading::headers;
}

// Interim answers (1xx) come first and are replaced; trailers come after the body and are left out.
size_t Transfer::on_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > options_.largest_headers) {
    set_problem(TransportProblem::too_large,
                fmt::format("its headers have more than {} bytes", options_.largest_headers));
    return kRefused;
  }
  const bool is_status = line.starts_with("HTTP/") && reading_ != Reading::headers;
  if (is_status) {
    begin_answer(line);
  } else if (reading_ == Reading::headers) {
    const size_t colon = line.find(':');
    if (trimmed(line).empty()) {
      reading_ = response_.status / 100 == 1 ? Reading::status : Reading::body;
    } else if (colon != std::string_view::npos) {
      std::string name = lower_case(trimmed(line.substr(0, colon)));
      response_.headers.push_back({std::move(name), std::string(trimmed(line.substr(colon + 1)))});
    }
  }
  return line.size();
}

size_t Transfer::on_body(std::string_view bytes) {
  if (response_.body.size() + bytes.size() > options_.largest_body) {
    set_problem(TransportProblem::too_large, fmt::format("its body has more than {} bytes", options_.largest_body));
    return kRefused;
  }
  response_.body += bytes;
  if (!sink_ || response_.status / 100 == 3) return bytes.size();
  try {
    sink_(response_.status, bytes, clock_.now());
    return bytes.size();
  } catch (...) {
    exception_ = std::current_exception();  // libcurl is C: no exception may pass through it
    return kRefused;
  }
}

void Transfer::set_problem(TransportProblem problem, std::string failure) {
  response_.problem = problem;
  response_.failure = std::move(failure);
}

HttpResponse Transfer::finish(CURLcode code) {
  sink_ = nullptr;
  if (exception_) std::rethrow_exception(exception_);
  response_.received = clock_.now();
  if (code != CURLE_OK && response_.problem == TransportProblem::none) {
    TransferFailure failure = explain_failure(handle_.get(), code, response_);
    set_problem(failure.problem, std::move(failure.words));
  }
  return std::move(response_);
}

std::optional<std::string> Transfer::redirect_target() const {
  const char* target = nullptr;
  curl_easy_getinfo(handle_.get(), CURLINFO_REDIRECT_URL, &target);
  if (target == nullptr) return std::nullopt;
  return target;
}

}  // namespace recgauge::adapters
