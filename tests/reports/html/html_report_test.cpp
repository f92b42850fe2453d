// The page is read by people who did not make it and holds text by people who may be hostile: what matters is that the
// data arrives whole and that no text becomes markup.
#include "reports/html/html_report.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <zlib.h>

#include <array>
#include <nlohmann/json.hpp>
#include <regex>

#include "reports/html/columns.h"
#include "reports/html/escape.h"
#include "reports/html/packed.h"
#include "reports/json/report_json.h"
#include "tests/scripted/property.h"

using namespace recgauge;
using namespace recgauge::reports;

namespace {

constexpr const char* kClosing = "</script><img src=x onerror=alert(1)>";
constexpr const char* kComment = "<!--<script>";
constexpr const char* kSeparators =
    "line\xE2\x80\xA8paragraph\xE2\x80\xA9"
    "end";

Report hostile_report() {
  Report report;
  report.name = std::string("</title>") + kClosing;
  report.run_id = kComment;
  report.data.origin.name = "</noscript><!--recgauge:report--><b>";
  report.provenance.config = kSeparators;
  SystemSummary system;
  system.info.name = kClosing;
  report.systems.push_back(system);
  SuiteResult suite;
  suite.info.name = "accuracy";
  Measurement measured;
  measured.id = "accuracy/x/ndcg@10/all";
  measured.system = kClosing;
  measured.metric = "ndcg(gain=binary)@10";
  measured.value = 0.25;
  measured.interval = statistics::Interval{0.125, 0.5, 0.95, "bootstrap"};
  measured.n = 6040;
  suite.measurements.push_back(measured);
  Measurement undefined = measured;
  undefined.id = "accuracy/y/ndcg@10/all";
  undefined.value.reset();
  undefined.interval.reset();
  undefined.undefined_reason = "nobody has a relevant item & <i>";
  suite.measurements.push_back(undefined);
  Finding finding;
  finding.claim = kClosing;
  finding.detail = kComment;
  finding.severity = Severity::critical;
  finding.controls.push_back({"oracle", "1 < 2", kSeparators, false});
  suite.findings.push_back(finding);
  report.suites.push_back(suite);
  return report;
}

std::string between(const std::string& text, const std::string& opening, const std::string& closing) {
  const size_t begin = text.find(opening);
  REQUIRE(begin != std::string::npos);
  const size_t end = text.find(closing, begin + opening.size());
  REQUIRE(end != std::string::npos);
  return text.substr(begin + opening.size(), end - begin - opening.size());
}

std::string unpacked(const std::string& base64) {
  std::vector<unsigned char> bytes(base64.size() / 4 * 3);
  REQUIRE(EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(base64.data()),
                          static_cast<int>(base64.size())) >= 0);
  z_stream stream = {};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  stream.next_in = bytes.data();
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string text;
  int state = Z_OK;
  while (state == Z_OK) {
    std::array<char, 4096> piece;
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    state = inflate(&stream, Z_NO_FLUSH);
    text.append(piece.data(), piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  REQUIRE(state == Z_STREAM_END);  // length and check sum of the gzip trailer agree
  return text;
}

std::string packed_data(const std::string& page, const std::string& id = "report") {
  return between(page, "<script type=\"application/gzip\" id=\"" + id + "\">", "</script>");
}

std::string embedded(const std::string& page) { return unpacked(packed_data(page)); }

std::string sha256_base64(const std::string& text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  unsigned char encoded[4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1];
  EVP_EncodeBlock(encoded, digest, SHA256_DIGEST_LENGTH);
  return reinterpret_cast<const char*>(encoded);
}

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("the report taken back out of the page is the report") {
  const Report report = hostile_report();
  CHECK(embedded(to_html(report)) == in_columns(to_json(report)));
  CHECK(unpacked(packed_data(to_html(report), "audit-view")) == "null");
  CHECK(unpacked(packed_data(to_html(report, R"({"a":"</script>"})"), "audit-view")) == R"({"a":"</script>"})");
}

TEST_CASE("hostile text does not survive raw anywhere in the page") {
  const std::string clean = to_html(Report());
  const std::string page = to_html(hostile_report());
  for (const char* markup :
       {"<img", "onerror=alert(1)>", "<b>", "<!--", "</script>", "</title>", "</noscript>", "<i>"}) {
    CAPTURE(markup);
    CHECK(count(page, markup) == count(clean, markup));
  }
  CHECK(page.find("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;") != std::string::npos);
  CHECK(packed_data(page).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") ==
        std::string::npos);
}

TEST_CASE("bytes that are not UTF-8 cannot swallow markup") {
  Report report;
  report.name = "caf\xE9";
  CHECK(nlohmann::json::parse(embedded(to_html(report)))["name"] == "caf\xEF\xBF\xBD");
}

TEST_CASE("the policy names the script and the style sheet by the hash of their bytes") {
  const std::string page = to_html(hostile_report());
  const std::string policy = between(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\">");
  CHECK(policy.find("default-src 'none'") == 0);
  CHECK(policy.find("unsafe") == std::string::npos);
  CHECK(policy.find("http") == std::string::npos);
  CHECK(count(page, "<script") == 3 + count(between(page, "<script type=\"module\">", "</script>"), "<script"));
  CHECK(count(page, "<style>") == 1 + count(between(page, "<script type=\"module\">", "</script>"), "<style>"));
  const std::string script = between(page, "<script type=\"module\">", "</script>");
  CHECK(policy.find("script-src 'sha256-" + sha256_base64(script) + "'") != std::string::npos);
  const std::string style = between(page, "<style>", "</style>");
  CHECK(policy.find("style-src 'sha256-" + sha256_base64(style) + "'") != std::string::npos);
}

TEST_CASE("nothing is loaded from anywhere") {
  const std::string page = to_html(hostile_report());
  const std::regex load(
      R"re((src|srcset|href|action|poster)\s*=\s*["']?(https?:|//)|@import|url\(\s*["']?(https?:|//))re",
      std::regex::icase);
  CHECK_FALSE(std::regex_search(page.substr(0, page.find("<script type=\"module\">")), load));
  CHECK(count(page, "<link") == 1);  // the icon, a data address
  CHECK(page.find("<link rel=\"icon\" href=\"data:image/svg+xml,") != std::string::npos);
}

TEST_CASE("without JavaScript the page shows findings and the measurements of everything") {
  Report report = hostile_report();
  Measurement sliced = report.suites[0].measurements[0];
  sliced.slice = "gender=F";
  sliced.system = "only-in-a-slice";
  report.suites[0].measurements.push_back(sliced);
  report.verdict = Verdict{GateStatus::fail, {{"ndcg@10 at_least 0.3", GateStatus::fail, "id", "0.25 < 0.3", {}}}};
  const std::string plain = between(to_html(report), "<noscript>", "</noscript>");
  CHECK(plain.find("Verdict: fail") != std::string::npos);
  CHECK(plain.find("0.25 &lt; 0.3") != std::string::npos);
  CHECK(plain.find("<strong>critical:</strong>") != std::string::npos);
  CHECK(plain.find("Control oracle FAILED: expected 1 &lt; 2") != std::string::npos);
  CHECK(plain.find("<td>0.25</td><td>[0.125, 0.5] (95 %)</td><td>6040</td>") != std::string::npos);
  CHECK(plain.find("undefined: nobody has a relevant item &amp; &lt;i&gt;") != std::string::npos);
  CHECK(plain.find("only-in-a-slice") == std::string::npos);
}

TEST_CASE("packed text is the same text when it is unpacked, and the same bytes every time") {
  scripted::check_property([](const std::string& text) {
    RC_ASSERT(unpacked(packed(text)) == text);
    RC_ASSERT(packed(text) == packed(text));
  });
}

TEST_CASE("escaped text has no character that ends an attribute or opens an element") {
  CHECK(escape_text(R"(<a href="x" title='y'>&)") == "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;");
}
