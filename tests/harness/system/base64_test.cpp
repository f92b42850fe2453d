#include "harness/system/base64.h"

#include <doctest/doctest.h>

#include <utility>

#include "tests/scripted/property.h"

using namespace recgauge;

TEST_CASE("Base64: the vectors of RFC 4648, both alphabets, nothing else") {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(encode_base64(bytes) == text);
    CHECK(decode_base64(text) == std::string(bytes));
  }
  CHECK(decode_base64("-_-_") == decode_base64("+/+/"));
  CHECK(decode_base64("Zg") == std::string("f"));
  for (const char* bad : {"Z", "Zg=", "Zh==", "Zm9v\n", "Zg==Zg==", "====", "Z===", "Zm 9"}) CHECK(!decode_base64(bad));
  scripted::check_property("what is encoded is decoded",
                           [](const std::string& bytes) { RC_ASSERT(decode_base64(encode_base64(bytes)) == bytes); });
}
