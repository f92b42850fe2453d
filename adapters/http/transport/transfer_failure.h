// What libcurl's codes mean to us, in words that hold nothing of what the endpoint sent: it may send our secrets back.
#pragma once

#include <curl/curl.h>

#include <string>

#include "adapters/http/transport/http_message.h"

namespace recgauge::adapters {

struct TransferFailure {
  TransportProblem problem = TransportProblem::none;
  std::string words;
};

/// `code` is the one with which the transfer on `handle` ended, and not CURLE_OK; `response` what had come by then.
TransferFailure explain_failure(CURL* handle, CURLcode code, const HttpResponse& response);

}  // namespace recgauge::adapters
