// Parsed JSON in two flat arrays. A report has tens of thousands of values, and a tree of objects on the heap for each
// costs several times what reading the text does.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace recgauge::reports {

enum class JsonKind : uint8_t { null, boolean, whole, number, text, array, object };

/// Values in the order of the text, each followed by its children.
struct JsonTree {
  /// Small, since a report has many.
  struct Node {
    JsonKind kind = JsonKind::null;
    uint32_t size = 0;       ///< children of an array or object
    uint32_t next = 0;       ///< position after the last child
    uint32_t key_begin = 0;  ///< into characters; of members of an object
    uint32_t key_length = 0;
    uint32_t text_length = 0;
    uint64_t bits = 0;  ///< a truth value, a whole number, a double's bytes, or where a text begins in characters
  };
  std::vector<Node> nodes;  ///< never empty once parsed
  std::string characters;   ///< of all keys and texts
};

/// A value of a tree, which must outlive it.
class JsonValue {
 public:
  JsonValue(const JsonTree& tree, uint32_t position) : tree_(&tree), position_(position) {}

  JsonKind kind() const { return node().kind; }
  bool is_number() const { return kind() == JsonKind::whole || kind() == JsonKind::number; }
  bool truth() const { return node().bits != 0; }
  uint64_t whole() const { return node().bits; }  ///< of a number without sign, point and exponent
  double number() const {
    return kind() == JsonKind::whole ? static_cast<double>(node().bits) : std::bit_cast<double>(node().bits);
  }
  std::string_view text() const { return part(static_cast<uint32_t>(node().bits), node().text_length); }
  std::string_view key() const { return part(node().key_begin, node().key_length); }
  size_t size() const { return node().size; }

  /// The first child, which exists if size() > 0, and the value after this one and its children.
  JsonValue first() const { return {*tree_, position_ + 1}; }
  JsonValue next() const { return {*tree_, node().next}; }
  /// The member of that name; `hint` is where it is looked for first, and becomes the place after it.
  std::optional<JsonValue> find(std::string_view key, std::optional<JsonValue>& hint) const;

 private:
  bool contains(const JsonValue& value) const { return value.position_ > position_ && value.position_ < node().next; }
  const JsonTree::Node& node() const { return tree_->nodes[position_]; }
  std::string_view part(uint32_t begin, uint32_t length) const {
    return std::string_view(tree_->characters).substr(begin, length);
  }

  const JsonTree* tree_;
  uint32_t position_;
};

/// Parses a text of less than 4 GiB; the problem goes to `problem` if it is not valid JSON.
std::optional<JsonTree> parse_json(std::string_view text, std::string& problem);

}  // namespace recgauge::reports
