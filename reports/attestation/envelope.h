// The DSSE envelope (https://github.com/secure-systems-lab/dsse, protocol 1.0.0): a payload, its type and signatures.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/attestation/signing_key.h"

namespace recgauge::attestation {

inline constexpr const char* kPayloadType = "application/vnd.in-toto+json";

/// What is signed: "DSSEv1", then the length and bytes of the type and of the payload, parted by blanks.
std::string pre_authentication_encoding(std::string_view payload_type, std::string_view payload);

struct EnvelopeSignature {
  std::string key_id;  ///< a hint only: it is not signed
  std::string bytes;
};

struct Envelope {
  std::string payload_type;
  std::string payload;
  std::vector<EnvelopeSignature> signatures;
};

Envelope sign(std::string payload, const SigningKey& key);

/// JSON text with the payload and signatures in Base64.
std::string to_json(const Envelope& envelope);

/// Reads what to_json wrote, and what other tools write: unknown fields are ignored. Throws DataError saying which part
/// is missing or malformed; twice the same key counts as malformed, since two readers could understand it differently.
Envelope parse_envelope(std::string_view text);

/// How the signatures of an envelope stand to the one key that is trusted.
enum class SignatureCheck : uint8_t {
  valid,      ///< one of them is by the key over this payload
  bad,        ///< one claims to be by the key, but payload or signature were changed
  wrong_key,  ///< none claims to be by the key
};
SignatureCheck check_signatures(const Envelope& envelope, const PublicKey& key);

}  // namespace recgauge::attestation
