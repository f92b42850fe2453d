// Envelopes and statements, as `verify` reads them from others. What is accepted must survive being written and read
// again, and every name must stay within the bundle.
#include <cstdlib>

#include "harness/system/error.h"
#include "reports/attestation/envelope.h"
#include "reports/attestation/statement.h"

using namespace recgauge;
using namespace recgauge::attestation;

namespace {

void read_statement(std::string_view text) {
  try {
    const Statement statement = parse_statement(text);
    for (const FileRecord& file : statement.files) {
      if (file.name.empty() || file.name.find('/') != std::string::npos || file.chunk_size == 0) std::abort();
    }
    disagreements(statement, Report{});
  } catch (const DataError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const PublicKey key = SigningKey::generate().public_key();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_statement(text);
  try {
    const Envelope envelope = parse_envelope(text);
    const Envelope again = parse_envelope(to_json(envelope));
    if (again.payload != envelope.payload || again.signatures.size() != envelope.signatures.size()) std::abort();
    if (check_signatures(envelope, key) == SignatureCheck::valid) std::abort();
    read_statement(envelope.payload);
  } catch (const DataError&) {
  }
  return 0;
}
