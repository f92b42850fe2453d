#include "reports/attestation/envelope.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/system/base64.h"
#include "harness/system/error.h"
#include "reports/attestation/strict_json.h"

namespace recgauge::attestation {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kWhat = "the envelope";

std::string bytes_of(const Json& object, const char* key) {
  std::optional<std::string> bytes = decode_base64(string_member(object, key, kWhat));
  if (!bytes) throw DataError(fmt::format("{}: '{}' is not Base64", kWhat, key));
  return std::move(*bytes);
}

std::string optional_key_id(const Json& signature) {
  const auto found = signature.find("keyid");
  if (found == signature.end() || found->is_null()) return "";
  return string_member(signature, "keyid", kWhat);
}

}  // namespace

std::string pre_authentication_encoding(std::string_view payload_type, std::string_view payload) {
  std::string text = fmt::format("DSSEv1 {} {} {} ", payload_type.size(), payload_type, payload.size());
  text += payload;
  return text;
}

Envelope sign(std::string payload, const SigningKey& key) {
  std::string signature = key.sign(pre_authentication_encoding(kPayloadType, payload));
  return {kPayloadType, std::move(payload), {{key.public_key().id(), std::move(signature)}}};
}

std::string to_json(const Envelope& envelope) {
  Json json{{"payloadType", envelope.payload_type}, {"payload", encode_base64(envelope.payload)}};
  json["signatures"] = Json::array();
  for (const EnvelopeSignature& signature : envelope.signatures) {
    json["signatures"].push_back({{"keyid", signature.key_id}, {"sig", encode_base64(signature.bytes)}});
  }
  return json.dump(1) + "\n";
}

Envelope parse_envelope(std::string_view text) {
  const Json json = parse_strict_json(text, kWhat);
  Envelope envelope;
  envelope.payload_type = string_member(json, "payloadType", kWhat);
  envelope.payload = bytes_of(json, "payload");
  for (const Json& entry : member(json, "signatures", Json::value_t::array, kWhat)) {
    std::string bytes = bytes_of(entry, "sig");
    envelope.signatures.push_back({optional_key_id(entry), std::move(bytes)});
  }
  if (envelope.signatures.empty()) throw DataError(fmt::format("{}: holds no signature", kWhat));
  return envelope;
}

SignatureCheck check_signatures(const Envelope& envelope, const PublicKey& key) {
  const std::string signed_text = pre_authentication_encoding(envelope.payload_type, envelope.payload);
  const std::string id = key.id();
  bool claimed = false;
  for (const EnvelopeSignature& signature : envelope.signatures) {
    if (key.verifies(signed_text, signature.bytes)) return SignatureCheck::valid;
    claimed = claimed || signature.key_id == id || signature.key_id.empty();
  }
  return claimed ? SignatureCheck::bad : SignatureCheck::wrong_key;
}

}  // namespace recgauge::attestation
