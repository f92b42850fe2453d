// Expected values are those of RFC 3986 section 2 and of Python's urllib.parse.quote(text, safe="").
#include "harness/system/percent_encoding.h"

#include <doctest/doctest.h>

using namespace recgauge;

TEST_CASE("everything but the unreserved characters is encoded byte by byte") {
  CHECK(percent_encoded("AZaz09-._~") == "AZaz09-._~");
  CHECK(percent_encoded("a/b c?d=e&f+g%") == "a%2Fb%20c%3Fd%3De%26f%2Bg%25");
  CHECK(percent_encoded("Amélie") == "Am%C3%A9lie");
  CHECK(percent_encoded(std::string_view("\0\r\n", 3)) == "%00%0D%0A");
  CHECK(percent_encoded("../..") == "..%2F..");
}

TEST_CASE("decoding leaves alone what is no code") {
  CHECK(percent_decoded("a%2fb%2Fc") == "a/b/c");
  CHECK(percent_decoded("100%") == "100%");
  CHECK(percent_decoded("%zz%4") == "%zz%4");
  CHECK(percent_decoded("%41") == "A");
}
