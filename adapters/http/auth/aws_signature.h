// AWS Signature Version 4: the request's parts in one fixed spelling, hashed under a key that is derived from the
// secret, the day, the region and the service.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "adapters/http/transport/http_message.h"

namespace recgauge::adapters {

struct AwsScope {
  std::string region;
  std::string service;
};

struct AwsKey {
  std::string_view id;
  std::string_view secret;
};

/// What is signed of a request, as text: https://…/create-signed-request.html#create-canonical-request.
struct AwsCanonicalRequest {
  std::string text;
  std::string signed_headers;  ///< "host;x-amz-date"
};

/// All headers of the request are signed but those that a proxy may change, and "authorization". Paths are normalised
/// and encoded once more, as all services but S3 want it.
AwsCanonicalRequest aws_canonical_request(const HttpRequest& request);

/// "20150830T123600Z".
std::string aws_time(std::chrono::system_clock::time_point time);

std::string aws_string_to_sign(std::string_view canonical_request, std::string_view time, const AwsScope& scope);

/// Lower-case hexadecimal.
std::string aws_signature(std::string_view string_to_sign, std::string_view time, const AwsScope& scope,
                          std::string_view secret);

/// Sets Authorization; the request has its host and x-amz-date headers already.
void aws_authorize(HttpRequest& request, std::string_view time, const AwsScope& scope, const AwsKey& key);

}  // namespace recgauge::adapters
