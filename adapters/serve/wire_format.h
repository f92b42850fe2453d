// The three ways in which a served model is spoken to: recgauge's own (docs/endpoint-protocol.md), Recombee's and
// Gorse's. A format is a pair of functions between calls and questions; it knows no socket.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "adapters/serve/served_call.h"
#include "harness/system/secret.h"

namespace recgauge::adapters {

enum class ServeFormat : uint8_t { recgauge, recombee, gorse };

struct FormatOptions {
  uint32_t most_items = 1000;    ///< longest list
  uint32_t most_members = 1000;  ///< of a batch
  std::shared_ptr<Secret> key;   ///< Recombee's private token, or the value of X-API-Key; null: open to all
};

class WireFormat {
 public:
  virtual ~WireFormat() = default;
  /// Never throws for what is in a call.
  virtual ParsedCall parse(const Call& call) const = 0;
  /// `responses` are those of the members that were not refused, in their order.
  virtual Reply write(const ParsedCall& call, std::span<const Response> responses) const = 0;
  /// An error in the format's own form.
  virtual Reply error(unsigned status, std::string_view message) const = 0;
};

/// Borrows the data.
std::unique_ptr<WireFormat> make_wire_format(ServeFormat format, const ServedData& data, FormatOptions options);
std::unique_ptr<WireFormat> make_recgauge_format(const ServedData& data, FormatOptions options);
std::unique_ptr<WireFormat> make_recombee_format(const ServedData& data, FormatOptions options);
std::unique_ptr<WireFormat> make_gorse_format(const ServedData& data, FormatOptions options);

/// A call that is replied to without asking.
ParsedCall at_once(Reply reply);

/// JSON in one line; bytes that are no UTF-8 are replaced.
std::string json_text(const nlohmann::json& json);

/// "/a%20b/c?n=3" as {"a b", "c"} and {"n": "3"}.
struct Target {
  std::vector<std::string> path;
  std::vector<std::pair<std::string, std::string>> query;

  std::string parameter(std::string_view name) const;
};
Target parse_target(std::string_view target);

/// Equal, without telling by the time it takes how much of it is.
bool same_secret(std::string_view given, std::string_view expected);

/// A whole number in [least, most], or nothing.
std::optional<uint32_t> bounded_number(std::string_view text, uint32_t least, uint32_t most);

/// The items that are wanted of an answer, by name; those that no catalogue has are left out.
struct NamedItem {
  std::string name;
  std::optional<double> score;
};
std::vector<NamedItem> named_items(const Question& question, const Response& response, const Dataset& dataset);

}  // namespace recgauge::adapters
