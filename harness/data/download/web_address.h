// Web addresses, taken apart by libcurl, so that checks and requests read them alike.
#pragma once

#include <string>

namespace recgauge {

/// What is wrong with an address to fetch from, with the remedy: no http or https, no host, a user name in it. Empty
/// if nothing is.
std::string problem_of_address(const std::string& url);

/// Why a redirect must not be followed: to another host, or from https to http. Empty if it may.
std::string problem_of_redirect(const std::string& from, const std::string& to);

/// The last part of the address's path, for progress: "ml-100k.zip".
std::string file_name_of(const std::string& url);

}  // namespace recgauge
