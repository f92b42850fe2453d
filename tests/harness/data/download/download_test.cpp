#include "harness/data/download/download.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/file.h>
#include <sys/mount.h>

#include <algorithm>

#include "harness/system/error.h"
#include "harness/system/whole_file.h"
#include "tests/harness/data/download/local_server.h"
#include "tests/harness/data/download/scratch.h"

using namespace recgauge;
using namespace recgauge::tests;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

// Remembers what it was told.
class RecordedProgress : public ProgressListener {
 public:
  void begin(const std::string& stage, uint64_t total) override { stages.emplace_back(stage, total); }
  void advance(uint64_t done) override { last = done; }
  void end() override { ++ended; }

  std::vector<std::pair<std::string, uint64_t>> stages;
  uint64_t last = 0;
  int ended = 0;
};

DatasetEntry entry_of(const std::string& url, const std::string& content, UnpackKind unpack = UnpackKind::zip) {
  return {
      "tiny",
      "for tests",
      {{url, {{DigestAlgorithm::sha256, sha256_hex(content)}}, unpack, unpack == UnpackKind::zip ? "tiny-1" : "a.tsv"}},
      {},
      "free",
      Redistribution::allowed,
      "delimited"};
}

DownloadOptions options_for(const Scratch& scratch) {
  DownloadOptions options;
  options.folder = scratch.path() / "data";
  options.fetch.stall_timeout = 60s;  // however slow the machine is
  options.fetch.connect_timeout = 60s;
  return options;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  if (!fs::exists(folder)) return names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// Nothing but the lock may be left in the data folder.
void check_fails(const DatasetEntry& entry, const DownloadOptions& options, const char* message) {
  SilentProgress progress;
  CHECK_THROWS_WITH_AS(download(entry, options, progress), doctest::Contains(message), DataError);
  CHECK(names_in(options.folder) == std::vector<std::string>{".tiny.lock"});
}

std::string tiny_zip() {
  return zip_of(
      {{"tiny-1/", "", ""}, {"tiny-1/u.data", "1\t2\t3\n", ""}, {"tiny-1/more/b", "bb", ""}, {"README", "x", ""}});
}

}  // namespace

TEST_CASE("a zip is fetched, verified and unpacked; the second call fetches nothing") {
  const Scratch scratch;
  LocalServer server;
  server.answer_body("/tiny-1.zip", tiny_zip());
  DatasetEntry entry = entry_of(server.url("/tiny-1.zip"), tiny_zip());
  entry.expected = {"u.data", "more/b"};
  const DownloadOptions options = options_for(scratch);
  fs::create_directories(options.folder / "tiny.partial" / "content");  // an interrupted download
  std::ofstream(options.folder / "tiny.partial" / "content" / "u.data") << "half";

  RecordedProgress progress;
  const DownloadResult result = download(entry, options, progress);
  CHECK(result.status == DownloadStatus::fetched);
  CHECK(result.folder == options.folder / "tiny");
  CHECK(read_whole_file(result.folder / "u.data") == "1\t2\t3\n");
  CHECK(read_whole_file(result.folder / "more" / "b") == "bb");
  CHECK(names_in(options.folder) == std::vector<std::string>{".tiny.lock", "tiny"});
  CHECK(names_in(result.folder) == std::vector<std::string>{"more", "recgauge-download.json", "u.data"});
  REQUIRE(result.files.size() == 2);
  CHECK(result.files[0].name == "more/b");
  CHECK(result.files[1].sha256 == sha256_hex("1\t2\t3\n"));
  CHECK(result.sources[0].bytes == tiny_zip().size());
  CHECK(result.sources[0].sha256.hex == sha256_hex(tiny_zip()));
  CHECK(progress.stages == std::vector<std::pair<std::string, uint64_t>>{{"fetching tiny-1.zip", tiny_zip().size()},
                                                                         {"unpacking tiny-1.zip", 0}});
  CHECK(progress.ended == 2);

  const DownloadResult again = download(entry, options, progress);
  CHECK(again.status == DownloadStatus::already_there);
  CHECK(again.files.size() == 2);
  CHECK(server.requests() == 1);
}

TEST_CASE("a folder that is something else is not touched, unless it is to be replaced") {
  const Scratch scratch;
  LocalServer server;
  server.answer_body("/a", "new");
  const DatasetEntry entry = entry_of(server.url("/a"), "new", UnpackKind::none);
  DownloadOptions options = options_for(scratch);
  fs::create_directories(options.folder / "tiny");
  std::ofstream(options.folder / "tiny" / "mine") << "mine";
  SilentProgress progress;
  CHECK_THROWS_WITH_AS(download(entry, options, progress), doctest::Contains("it holds no receipt of a download"),
                       DataError);
  CHECK(read_whole_file(options.folder / "tiny" / "mine") == "mine");
  CHECK(server.requests() == 0);

  options.existing = ExistingPolicy::replace;
  download(entry, options, progress);
  CHECK(read_whole_file(options.folder / "tiny" / "a.tsv") == "new");
  CHECK_FALSE(fs::exists(options.folder / "tiny" / "mine"));

  options.existing = ExistingPolicy::keep_verified;
  std::ofstream(options.folder / "tiny" / "a.tsv") << "edited";
  CHECK_THROWS_WITH_AS(download(entry, options, progress), doctest::Contains("'a.tsv' was changed"), DataError);
  std::ofstream(options.folder / "tiny" / "recgauge-download.json") << "{\"sources\": 5}";
  CHECK_THROWS_WITH_AS(download(entry, options, progress), doctest::Contains("no receipt"), DataError);
}

TEST_CASE("checksums: wrong, unknown, given by the user, skipped") {
  const Scratch scratch;
  LocalServer server;
  server.answer_body("/a", "hello");
  DatasetEntry entry = entry_of(server.url("/a"), "other", UnpackKind::none);
  DownloadOptions options = options_for(scratch);
  check_fails(entry, options,
              "has the sha256 checksum 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  entry.files[0].digests = {make_digest(DigestAlgorithm::md5, "5D41402ABC4B2A76B9719D911017C592"),
                            {DigestAlgorithm::sha256, sha256_hex("other")}};
  check_fails(entry, options, "has the sha256 checksum");
  entry.files[0].digests.pop_back();
  SilentProgress progress;
  CHECK(download(entry, options, progress).sources[0].md5.hex ==
        "5d41402abc4b2a76b9719d911017c592");  // RFC 1321 md5sum
  fs::remove_all(options.folder);

  entry.files[0].digests.clear();
  CHECK_THROWS_WITH_AS(download(entry, options, progress), doctest::Contains("--sha256 HEX"), ConfigError);
  CHECK(names_in(options.folder).empty());
  options.digest = make_digest(DigestAlgorithm::sha256, sha256_hex("hello"));
  CHECK(download(entry, options, progress).status == DownloadStatus::fetched);
  options.digest = make_digest(DigestAlgorithm::sha256, sha256_hex("another"));
  CHECK_THROWS_WITH_AS(download(entry, options, progress), doctest::Contains("a file of another checksum"), DataError);
  fs::remove_all(options.folder);
  options.digest.reset();
  options.checksum = ChecksumPolicy::skip;
  CHECK(download(entry, options, progress).sources[0].sha256.hex == sha256_hex("hello"));
  CHECK_THROWS_WITH_AS(make_digest(DigestAlgorithm::sha256, "abc"), doctest::Contains("64 hexadecimal digits"),
                       ConfigError);
  CHECK_THROWS_AS(make_digest(DigestAlgorithm::md5, std::string(32, 'g')), ConfigError);
}

TEST_CASE("what servers do wrong leaves nothing behind") {
  const Scratch scratch;
  LocalServer server;
  server.answer("/cut", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n0123456789");
  server.answer("/cut-chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
  server.answer("/500", "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops");
  server.answer("/403", "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
  server.answer("/empty", "");
  server.answer("/nonsense", "this is no http\r\n\r\n");
  server.answer("/elsewhere", "HTTP/1.1 302 Found\r\nLocation: http://localhost:" + std::to_string(server.port()) +
                                  "/a\r\nContent-Length: 0\r\n\r\n");
  server.answer("/file", "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
  server.answer("/loop", "HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n");
  server.answer("/moved", "HTTP/1.1 301 Moved\r\nLocation: /a\r\nContent-Length: 5\r\n\r\nmoved");
  server.answer_body("/a", "hello");
  server.stall("/stall", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n0123456789");
  server.stall("/silent", "");
  DownloadOptions options = options_for(scratch);
  const auto fails = [&](const char* path, const char* message) {
    CAPTURE(path);
    check_fails(entry_of(server.url(path), "hello", UnpackKind::none), options, message);
  };
  fails("/none", "the server answers 404: the file is not there");
  fails("/500", "the server answers 500: it has a problem of its own");
  fails("/403", "the server answers 403 instead of the file");
  fails("/cut", "the connection ended after 10 bytes, before the file was whole");
  fails("/cut-chunks", "the connection ended after 3 bytes");
  fails("/empty", "the connection ended after 0 bytes");
  fails("/nonsense", "/nonsense: ");
  fails("/elsewhere", "is not followed: 'localhost' is another host");
  fails("/file", "is not followed: 'file:///etc/passwd' is neither http nor https");
  fails("/loop", "more than 5 redirects");
  options.fetch.stall_timeout = 300ms;
  fails("/stall", "no byte came for 0.3 s (after 10 bytes)");
  fails("/silent", "no byte came for 0.3 s (after 0 bytes)");
  options.fetch.stall_timeout = 60s;
  SilentProgress progress;
  CHECK(download(entry_of(server.url("/moved"), "hello", UnpackKind::none), options, progress).sources[0].bytes == 5);
}

TEST_CASE("sizes are limited whether the server names them or not; nobody listening; a request to stop") {
  const Scratch scratch;
  LocalServer server;
  server.answer_body("/a", std::string(5000, 'x'));
  server.answer("/unknown", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(5000, 'x'));
  DownloadOptions options = options_for(scratch);
  options.fetch.max_bytes = 4999;
  check_fails(entry_of(server.url("/a"), "", UnpackKind::none), options,
              "the file has 5000 bytes or more, and 4999 are allowed");
  check_fails(entry_of(server.url("/unknown"), "", UnpackKind::none), options, "and 4999 are allowed");
  unsigned short closed_port = 0;
  {
    const LocalServer gone;
    closed_port = gone.port();
  }
  check_fails(entry_of("http://127.0.0.1:" + std::to_string(closed_port) + "/a", "", UnpackKind::none), options,
              "check the network and the address");
  std::stop_source source;
  source.request_stop();
  options.fetch.stop = source.get_token();
  check_fails(entry_of(server.url("/a"), "", UnpackKind::none), options, "interrupted; nothing was kept");
}

TEST_CASE("archives that want out of their folder, links, bombs and rubbish") {
  const Scratch scratch;
  DownloadOptions options = options_for(scratch);
  options.unpack.max_bytes = 1000000;
  options.unpack.max_files = 5;
  const auto fails = [&](const std::string& zip, const char* message) {
    LocalServer server;
    server.answer_body("/t.zip", zip);
    check_fails(entry_of(server.url("/t.zip"), zip), options, message);
  };
  fails(zip_of({{"tiny-1/a", "a", ""}, {"../evil", "evil", ""}}), "the path '../evil' would leave the folder");
  fails(zip_of({{"tiny-1/../../evil", "evil", ""}}), "would leave the folder");
  fails(zip_of({{"/tmp/recgauge_evil", "evil", ""}}), "would leave the folder");
  fails(zip_of({{"tiny-1\\..\\evil", "evil", ""}}), "would leave the folder");
  fails(zip_of({{"tiny-1/link", "", "/etc"}, {"tiny-1/link/passwd", "evil", ""}}),
        "'tiny-1/link' is a link or a device");
  fails(zip_of({{"tiny-1/a", "a", ""}, {"tiny-1/./a", "b", ""}}), "'a' stands in it twice");
  fails(zip_of({{"tiny-1/big", std::string(2000000, '\0'), ""}}), "more than 1000000 bytes come out of it");
  std::vector<ZipEntry> many;
  for (int i = 0; i < 6; ++i) many.push_back({"tiny-1/" + std::to_string(i), "", ""});
  fails(zip_of(many), "more than 5 files");
  fails("this is no zip archive", "t.zip cannot be unpacked");
  const std::string whole = tiny_zip();
  fails(whole.substr(0, whole.size() / 2), "t.zip cannot be unpacked");
  CHECK_FALSE(fs::exists(scratch.path() / "evil"));
  CHECK_FALSE(fs::exists("/tmp/recgauge_evil"));

  LocalServer server;
  server.answer_body("/t.zip", whole);
  DatasetEntry entry = entry_of(server.url("/t.zip"), whole);
  entry.expected = {"ratings.csv"};
  check_fails(entry, options, "'tiny' was fetched, but holds no file ratings.csv");
}

TEST_CASE("a full disk is a SystemError that keeps nothing") {
  const Scratch scratch;
  const fs::path small = scratch.path() / "small";
  fs::create_directories(small);
  if (mount("tmpfs", small.c_str(), "tmpfs", 0, "size=1m") != 0) {
    MESSAGE("skipped: a small file system cannot be mounted here");
    return;
  }
  {
    LocalServer server;
    const std::string body(3000000, 'x');
    server.answer_body("/known", body);
    server.answer("/unknown", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body);
    DownloadOptions options = options_for(scratch);
    options.folder = small;
    SilentProgress progress;
    CHECK_THROWS_WITH_AS(download(entry_of(server.url("/known"), body, UnpackKind::none), options, progress),
                         doctest::Contains("bytes free, and 'tiny' needs 3000000"), SystemError);
    CHECK_THROWS_WITH_AS(download(entry_of(server.url("/unknown"), body, UnpackKind::none), options, progress),
                         doctest::Contains("No space left on device; free some space"), SystemError);
    const std::string zip = zip_of({{"tiny-1/big", body, ""}});
    LocalServer zip_server;
    zip_server.answer_body("/t.zip", zip);
    CHECK_THROWS_WITH_AS(download(entry_of(zip_server.url("/t.zip"), zip), options, progress),
                         doctest::Contains("No space left on device"), SystemError);
    CHECK(names_in(small) == std::vector<std::string>{".tiny.lock"});
  }
  umount(small.c_str());
}

TEST_CASE("one process at a time fetches a set") {
  const Scratch scratch;
  const DownloadOptions options = options_for(scratch);
  fs::create_directories(options.folder);
  const int lock = open((options.folder / ".tiny.lock").c_str(), O_RDWR | O_CREAT, 0644);
  REQUIRE(flock(lock, LOCK_EX) == 0);
  SilentProgress progress;
  CHECK_THROWS_WITH_AS(download(entry_of("http://127.0.0.1:1/a", ""), options, progress),
                       doctest::Contains("another process is fetching 'tiny'"), SystemError);
  close(lock);
}

namespace {

// A certificate for 127.0.0.1 that nobody but its owner trusts.
void make_certificate(const fs::path& certificate_path, const fs::path& key_path) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("recgauge test"), -1, -1,
                             0);
  X509_set_issuer_name(certificate, name);
  for (const auto& [id, value] :
       {std::pair{NID_subject_alt_name, "IP:127.0.0.1"}, std::pair{NID_basic_constraints, "critical,CA:TRUE"}}) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(certificate, key, EVP_sha256());
  FILE* file = fopen(certificate_path.c_str(), "wb");
  PEM_write_X509(file, certificate);
  fclose(file);
  file = fopen(key_path.c_str(), "wb");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

}  // namespace

TEST_CASE("https: an unknown certificate is refused, a trusted one accepted, and https is not left") {
  const Scratch scratch;
  make_certificate(scratch.path() / "certificate.pem", scratch.path() / "key.pem");
  boost::asio::ssl::context tls(boost::asio::ssl::context::tls_server);
  tls.use_certificate_file((scratch.path() / "certificate.pem").string(), boost::asio::ssl::context::pem);
  tls.use_private_key_file((scratch.path() / "key.pem").string(), boost::asio::ssl::context::pem);
  LocalServer server(&tls);
  server.answer_body("/a", "hello");
  server.answer("/down", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/a\r\nContent-Length: 0\r\n\r\n");
  DownloadOptions options = options_for(scratch);
  check_fails(entry_of(server.url("/a"), "hello", UnpackKind::none), options,
              "the server's certificate cannot be trusted");
  options.fetch.ca_file = scratch.path() / "certificate.pem";
  check_fails(entry_of(server.url("/down"), "hello", UnpackKind::none), options, "is not followed: it leaves https");
  SilentProgress progress;
  CHECK(download(entry_of(server.url("/a"), "hello", UnpackKind::none), options, progress).status ==
        DownloadStatus::fetched);
}

TEST_CASE("the catalogue is sound, and names are found") {
  for (const DatasetEntry& entry : dataset_catalogue()) {
    CAPTURE(entry.name);
    CHECK_NOTHROW(check_entry(entry));
    CHECK_FALSE(entry.licence.empty());
    for (const RemoteFile& file : entry.files) {
      CHECK(file.url.starts_with("https://"));
      CHECK_FALSE(file.digests.empty());
      for (const Digest& digest : file.digests) CHECK(make_digest(digest.algorithm, digest.hex) == digest);
    }
  }
  CHECK(find_dataset(dataset_catalogue(), "ml-100k").format == "movielens_100k");
  CHECK_THROWS_WITH_AS(find_dataset(dataset_catalogue(), "ml-10k"), doctest::Contains("did you mean 'ml-1"),
                       ConfigError);
}

TEST_CASE("entries that cannot be are refused") {
  const auto refused = [](auto change, const char* message) {
    DatasetEntry entry = entry_of("https://example.org/a.zip", "");
    change(entry);
    CHECK_THROWS_WITH_AS(check_entry(entry), doctest::Contains(message), ConfigError);
  };
  refused([](DatasetEntry& e) { e.name = "../x"; }, "usable as the name of a folder");
  refused([](DatasetEntry& e) { e.name = ".x"; }, "usable as the name of a folder");
  refused([](DatasetEntry& e) { e.name = "a/b"; }, "usable as the name of a folder");
  refused([](DatasetEntry& e) { e.name = ""; }, "usable as the name of a folder");
  refused([](DatasetEntry& e) { e.files.clear(); }, "no file to fetch");
  refused([](DatasetEntry& e) { e.files[0].url = "file:///etc/passwd"; }, "neither http nor https");
  refused([](DatasetEntry& e) { e.files[0].url = "https://me:secret@example.org/a"; }, "holds a user name");
  refused([](DatasetEntry& e) { e.files[0].url = "nonsense"; }, "'nonsense' is");
  refused([](DatasetEntry& e) { e.files[0].path = "../up"; }, "leaves the data set's folder");
  refused([](DatasetEntry& e) { e.expected = {"/etc/passwd"}; }, "leaves the data set's folder");
}
