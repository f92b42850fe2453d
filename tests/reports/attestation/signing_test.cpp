// The cryptography against published vectors, and the reading of keys.
#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include "harness/system/base64.h"
#include "harness/system/error.h"
#include "reports/attestation/envelope.h"
#include "reports/attestation/key_source.h"
#include "tests/reports/attestation/fixtures.h"
#include "tests/scripted/property.h"

using namespace recgauge;
using namespace recgauge::attestation;

namespace {

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

// RFC 8410: the fixed heads of PKCS #8 and SubjectPublicKeyInfo for Ed25519, then the 32 bytes.
std::string private_pem(const std::string& seed_hex) {
  return "-----BEGIN PRIVATE KEY-----\n" + encode_base64(from_hex("302e020100300506032b657004220420" + seed_hex)) +
         "\n-----END PRIVATE KEY-----\n";
}

std::string public_pem(const std::string& key_hex) {
  return "-----BEGIN PUBLIC KEY-----\n" + encode_base64(from_hex("302a300506032b6570032100" + key_hex)) +
         "\n-----END PUBLIC KEY-----\n";
}

struct Vector {
  const char* secret;
  const char* key;
  const char* message;
  const char* signature;
};

// RFC 8032, section 7.1, tests 1 to 3.
constexpr Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "55"
     "141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "00"
     "d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
     "02"
     "7beceea1ec40a"},
};

SigningKey test_key() { return SigningKey::from_pem(Secret(private_pem(kVectors[0].secret)), nullptr, "test"); }

}  // namespace

TEST_CASE("Ed25519 signs and checks the vectors of RFC 8032") {
  for (const Vector& vector : kVectors) {
    const SigningKey key = SigningKey::from_pem(Secret(private_pem(vector.secret)), nullptr, "vector");
    CHECK(key.public_key().to_pem() == public_pem(vector.key));
    CHECK(key.sign(from_hex(vector.message)) == from_hex(vector.signature));
    const PublicKey checked = PublicKey::from_pem(public_pem(vector.key), "vector");
    CHECK(checked.verifies(from_hex(vector.message), from_hex(vector.signature)));
    CHECK(!checked.verifies(from_hex(vector.message) + "x", from_hex(vector.signature)));
    CHECK(!checked.verifies(from_hex(vector.message), from_hex(vector.signature).substr(1)));
    CHECK(!checked.verifies(from_hex(vector.message), ""));
  }
}

TEST_CASE("the id of a key is the SHA-256 of its SubjectPublicKeyInfo") {
  CHECK(test_key().public_key().id() ==
        sha256_hex(from_hex("302a300506032b6570032100" + std::string(kVectors[0].key))));
}

TEST_CASE("the pre-authentication encoding is that of the DSSE protocol's example") {
  CHECK(pre_authentication_encoding("http://example.com/HelloWorld", "hello world") ==
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  CHECK(pre_authentication_encoding("", "") == "DSSEv1 0  0 ");
  CHECK(pre_authentication_encoding("t", "{}\xC3\xA4") == "DSSEv1 1 t 4 {}\xC3\xA4");  // bytes, not characters
}

TEST_CASE("the envelope of the DSSE protocol's example is read") {
  const Envelope envelope = parse_envelope(
      R"({"payload": "aGVsbG8gd29ybGQ=", "payloadType": "http://example.com/HelloWorld", "signatures":
      [{"sig": "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]})");
  CHECK(envelope.payload == "hello world");
  CHECK(envelope.payload_type == "http://example.com/HelloWorld");
  REQUIRE(envelope.signatures.size() == 1);
  CHECK(envelope.signatures[0].bytes.size() == 64);
}

TEST_CASE("an envelope survives being written; a change of payload, type or signature does not") {
  const SigningKey key = test_key();
  const PublicKey trusted = key.public_key();
  const Envelope envelope = parse_envelope(to_json(sign("{\"a\": 1}", key)));
  CHECK(check_signatures(envelope, trusted) == SignatureCheck::valid);
  Envelope changed = envelope;
  changed.payload[1] = '\'';
  CHECK(check_signatures(changed, trusted) == SignatureCheck::bad);
  changed = envelope;
  changed.payload_type += "x";
  CHECK(check_signatures(changed, trusted) == SignatureCheck::bad);
  changed = envelope;
  changed.signatures[0].bytes[5] = static_cast<char>(changed.signatures[0].bytes[5] ^ 1);
  CHECK(check_signatures(changed, trusted) == SignatureCheck::bad);
  CHECK(check_signatures(envelope, SigningKey::generate().public_key()) == SignatureCheck::wrong_key);
  changed = envelope;
  changed.signatures[0].key_id = "only a hint";
  CHECK(check_signatures(changed, trusted) == SignatureCheck::valid);
}

TEST_CASE("an envelope may hold several signatures; one by the trusted key is enough") {
  const SigningKey key = test_key();
  Envelope envelope = sign("payload", SigningKey::generate());
  envelope.signatures.push_back(sign("payload", key).signatures.front());
  CHECK(check_signatures(envelope, key.public_key()) == SignatureCheck::valid);
}

TEST_CASE("malformed envelopes are named, whatever is wrong with them") {
  const std::pair<const char*, const char*> cases[] = {
      {"", "not valid JSON"},
      {"[]", "expected an object"},
      {"{}", "'payloadType' is missing"},
      {R"({"payloadType": 1})", "'payloadType' is not a string"},
      {R"({"payloadType": "t", "payload": "a"})", "'payload' is not Base64"},
      {R"({"payloadType": "t", "payload": "YQ==", "signatures": {}})", "'signatures' is not an array"},
      {R"({"payloadType": "t", "payload": "YQ==", "signatures": []})", "holds no signature"},
      {R"({"payloadType": "t", "payload": "YQ==", "signatures": [1]})", "expected an object"},
      {R"({"payloadType": "t", "payload": "YQ==", "signatures": [{"sig": "?"}]})", "'sig' is not Base64"},
      {R"({"payloadType": "t", "payload": "YQ==", "payload": "Yg==", "signatures": []})", "stands twice"},
  };
  for (const auto& [text, expected] : cases)
    CHECK_THROWS_WITH_AS(parse_envelope(text), doctest::Contains(expected), DataError);
  CHECK_THROWS_WITH_AS(parse_envelope(std::string(100000, '[')), doctest::Contains("deeper"), DataError);
}

TEST_CASE("keys: encrypted, damaged, of the wrong kind; no message holds any part of the key") {
  const SigningKey key = test_key();
  const Secret passphrase("correct horse");
  const Secret wrong("battery staple");
  const Secret encrypted = key.to_pem(&passphrase);
  CHECK(encrypted.text().find("ENCRYPTED PRIVATE KEY") != std::string_view::npos);
  CHECK(SigningKey::from_pem(Secret(std::string(encrypted.text())), &passphrase, "k").public_key().id() ==
        key.public_key().id());
  const auto load = [](std::string text, const Secret* with) {
    SigningKey::from_pem(Secret(std::move(text)), with, "k.pem");
  };
  CHECK_THROWS_WITH_AS(load(std::string(encrypted.text()), nullptr), doctest::Contains("k.pem is encrypted"),
                       ConfigError);
  CHECK_THROWS_WITH_AS(load(std::string(encrypted.text()), &wrong), doctest::Contains("passphrase is wrong"),
                       ConfigError);
  const std::string open = private_pem(kVectors[0].secret);
  std::string damaged = open;
  damaged.erase(50, 4);
  CHECK_THROWS_WITH_AS(load(damaged, nullptr), doctest::Contains("is damaged"), ConfigError);
  CHECK_THROWS_WITH_AS(load("", nullptr), doctest::Contains("no private key in PEM form"), ConfigError);
  CHECK_THROWS_WITH_AS(load(key.public_key().to_pem(), nullptr), doctest::Contains("is a public key"), ConfigError);
  CHECK_THROWS_WITH_AS(PublicKey::from_pem(open, "k.pem"), doctest::Contains("is a private key"), ConfigError);
  CHECK_THROWS_WITH_AS(PublicKey::from_pem("nothing", "k.pem"), doctest::Contains("no public key"), ConfigError);
  // An X25519 key has the same form and cannot sign.
  std::string other = encode_base64(from_hex("302a300506032b656e032100" + std::string(kVectors[0].key)));
  CHECK_THROWS_WITH_AS(
      PublicKey::from_pem("-----BEGIN PUBLIC KEY-----\n" + other + "\n-----END PUBLIC KEY-----\n", "k.pem"),
      doctest::Contains("of the kind X25519"), ConfigError);
}

TEST_CASE("key files: made once, for the owner only, refused when others can read them") {
  const Folder folder;
  const PublicKey made = write_new_key_pair(folder / "key.pem", nullptr);
  struct stat status {};
  REQUIRE(stat((folder / "key.pem").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  CHECK(read_public_key(folder / "key.pem.pub").id() == made.id());
  CHECK_THROWS_WITH_AS(write_new_key_pair(folder / "key.pem", nullptr), doctest::Contains("never overwritten"),
                       ConfigError);
  CHECK_THROWS_AS(write_new_key_pair(folder / "no/key.pem", nullptr), SystemError);

  const std::string path = (folder / "key.pem").string();
  CHECK(SigningKey::from_pem(read_secret_file(path, "--key", OpenFiles::refused), nullptr, path).public_key().id() ==
        made.id());
  for (const mode_t mode : {0640U, 0604U, 0620U}) {
    REQUIRE(chmod(path.c_str(), mode) == 0);
    CHECK_THROWS_WITH_AS(read_secret_file(path, "--key", OpenFiles::refused), doctest::Contains("--allow-open-key"),
                         ConfigError);
    CHECK(read_secret_file(path, "--key", OpenFiles::allowed).text().size() > 100);
  }
}

TEST_CASE("a key that is pasted where a name is expected is refused and not repeated") {
  const std::string pem = private_pem(kVectors[0].secret);
  const std::string body = pem.substr(28, 20);
  try {
    read_secret_file(pem, "--key", OpenFiles::allowed);
    FAIL("accepted");
  } catch (const ConfigError& error) {
    CHECK(std::string(error.what()).find(body) == std::string::npos);
  }
  try {
    read_secret_environment(pem, "--key-env");
    FAIL("accepted");
  } catch (const ConfigError& error) {
    CHECK(std::string(error.what()).find(body) == std::string::npos);
  }
  CHECK_THROWS_WITH_AS(read_secret_environment("RECGAUGE_NOT_SET", "--key-env"), doctest::Contains("is not set"),
                       ConfigError);
}

TEST_CASE("a key from the environment may have its line ends written out") {
  std::string pem = private_pem(kVectors[0].secret);
  for (size_t at = 0; (at = pem.find('\n', at)) != std::string::npos; at += 2) pem.replace(at, 1, "\\n");
  setenv("RECGAUGE_TEST_KEY", pem.c_str(), 1);
  const SigningKey key =
      SigningKey::from_pem(read_secret_environment("RECGAUGE_TEST_KEY", "--key-env"), nullptr, "env");
  CHECK(key.public_key().id() == test_key().public_key().id());
  unsetenv("RECGAUGE_TEST_KEY");
}
