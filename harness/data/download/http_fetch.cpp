#include "harness/data/download/http_fetch.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <exception>
#include <memory>
#include <mutex>

#include "harness/data/download/web_address.h"
#include "harness/system/error.h"

namespace recgauge {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
constexpr int kMostRedirects = 5;
constexpr long kOk = 200;

void initialise_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// One request and its answer.
class Transfer {
 public:
  Transfer(std::string url, const FetchOptions& options, const FetchSink& sink)
      : url_(std::move(url)), options_(options), sink_(sink), handle_(curl_easy_init(), &curl_easy_cleanup) {
    if (handle_ == nullptr) throw SystemError("libcurl cannot be started");
    configure();
  }

  // Where the server sends us on to, or nothing when the body has arrived.
  std::string perform() {
    last_progress_ = std::chrono::steady_clock::now();
    const CURLcode code = curl_easy_perform(handle_.get());
    if (exception_) std::rethrow_exception(exception_);
    if (options_.stop.stop_requested()) throw DataError(fmt::format("{}: interrupted; nothing was kept", url_));
    if (code != CURLE_OK) throw DataError(fmt::format("{}: {}", url_, explain(code)));
    const long status = response_code();
    if (status >= 300 && status < 400) return redirect_target(status);
    if (status != kOk) throw DataError(fmt::format("{}: {}", url_, explain_status(status)));
    begin_body();  // an empty body has no block
    return "";
  }

 private:
  template <typename T>
  void set(CURLoption option, T value) {
    if (curl_easy_setopt(handle_.get(), option, value) != CURLE_OK) {
      throw SystemError(fmt::format("libcurl does not know option {}", static_cast<int>(option)));
    }
  }

  void configure() {
    set(CURLOPT_URL, url_.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);  // redirects are checked here
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file.c_str());
    set(CURLOPT_USERAGENT, "recgauge");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
    set(CURLOPT_ERRORBUFFER, message_.data());
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
    set(CURLOPT_XFERINFODATA, this);
  }

  long response_code() const {
    long code = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &code);
    return code;
  }

  std::string redirect_target(long status) const {
    const char* target = nullptr;
    curl_easy_getinfo(handle_.get(), CURLINFO_REDIRECT_URL, &target);
    if (target == nullptr) throw DataError(fmt::format("{}: the server answers {} without an address", url_, status));
    const std::string problem = problem_of_redirect(url_, target);
    if (problem.empty()) return target;
    throw DataError(
        fmt::format("{}: a redirect to {} is not followed: {}. If that is where the data lies now, name "
                    "that address in a catalogue file (--catalogue)",
                    url_, target, problem));
  }

  static std::string explain_status(long status) {
    if (status == 404 || status == 410) {
      return fmt::format(
          "the server answers {}: the file is not there (any more); look up its new address and name it "
          "in a catalogue file (--catalogue)",
          status);
    }
    if (status >= 500)
      return fmt::format("the server answers {}: it has a problem of its own; try again later", status);
    return fmt::format("the server answers {} instead of the file", status);
  }

  std::string explain(CURLcode code) const {
    const std::string detail = message_[0] != '\0' ? message_.data() : curl_easy_strerror(code);
    switch (code) {
      case CURLE_PARTIAL_FILE:
      case CURLE_GOT_NOTHING:
      case CURLE_RECV_ERROR:
        return fmt::format("the connection ended after {} bytes, before the file was whole; try again", received_);
      case CURLE_ABORTED_BY_CALLBACK:
        return fmt::format("no byte came for {} s (after {} bytes); try again later",
                           std::chrono::duration<double>(options_.stall_timeout).count(), received_);
      case CURLE_PEER_FAILED_VERIFICATION:
        return fmt::format(
            "the server's certificate cannot be trusted ({}); is a proxy in between, or the clock wrong?", detail);
      default:
        return fmt::format("{}; check the network and the address", detail);
    }
  }

  void begin_body() {
    if (begun_) return;
    begun_ = true;
    curl_off_t length = -1;
    curl_easy_getinfo(handle_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    const auto total = length < 0 ? 0 : static_cast<uint64_t>(length);
    check_size(total);
    sink_.begin(total);
  }

  void check_size(uint64_t size) const {
    if (size <= options_.max_bytes) return;
    throw DataError(
        fmt::format("{}: the file has {} bytes or more, and {} are allowed", url_, size, options_.max_bytes));
  }

  void take(std::string_view block) {
    if (response_code() != kOk) return;  // the page that comes with an error or a redirect
    begin_body();
    received_ += block.size();
    check_size(received_);
    sink_.write(block);
  }

  // libcurl is C: no exception may pass through it.
  static size_t on_body(char* data, size_t, size_t size, void* self_pointer) {
    auto& self = *static_cast<Transfer*>(self_pointer);
    try {
      self.last_progress_ = std::chrono::steady_clock::now();
      self.take({data, size});
      return size;
    } catch (...) {
      self.exception_ = std::current_exception();
      return CURL_WRITEFUNC_ERROR;
    }
  }

  static int on_progress(void* self_pointer, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& self = *static_cast<const Transfer*>(self_pointer);
    const bool stalled = std::chrono::steady_clock::now() - self.last_progress_ > self.options_.stall_timeout;
    return stalled || self.options_.stop.stop_requested() ? 1 : 0;
  }

  std::string url_;
  const FetchOptions& options_;
  const FetchSink& sink_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
  std::array<char, CURL_ERROR_SIZE> message_{};
  std::exception_ptr exception_;
  SteadyTime last_progress_;
  uint64_t received_ = 0;
  bool begun_ = false;
};

}  // namespace

void fetch(const std::string& url, const FetchOptions& options, const FetchSink& sink) {
  initialise_curl();
  std::string next = url;
  for (int redirects = 0; redirects <= kMostRedirects; ++redirects) {
    next = Transfer(next, options, sink).perform();
    if (next.empty()) return;
  }
  throw DataError(fmt::format("{}: more than {} redirects", url, kMostRedirects));
}

}  // namespace recgauge
