#include "reports/json/json_tree.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace recgauge::reports {
namespace {

using Node = JsonTree::Node;

// Called by the parser for each value.
class TreeMaker : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit TreeMaker(JsonTree& tree) : tree_(tree) {}

  bool null() override {
    add(JsonKind::null);
    return true;
  }
  bool boolean(bool value) override { return add_bits(JsonKind::boolean, value ? 1 : 0); }
  bool number_integer(number_integer_t value) override { return number_float(static_cast<double>(value), {}); }
  bool number_unsigned(number_unsigned_t value) override { return add_bits(JsonKind::whole, value); }
  bool number_float(number_float_t value, const string_t&) override {
    return add_bits(JsonKind::number, std::bit_cast<uint64_t>(value));
  }
  bool string(string_t& value) override {
    const auto [begin, length] = keep(value);
    Node& node = add(JsonKind::text);
    node.bits = begin;
    node.text_length = length;
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return open(JsonKind::object); }
  bool start_array(size_t) override { return open(JsonKind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    key_ = keep(value);
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::json::exception& error) override {
    problem = error.what();
    return false;
  }

  std::string problem;

 private:
  Node& add(JsonKind kind) {
    if (!open_.empty()) ++tree_.nodes[open_.back()].size;
    Node& node = tree_.nodes.emplace_back();
    node.kind = kind;
    node.key_begin = key_.first;
    node.key_length = key_.second;
    node.next = static_cast<uint32_t>(tree_.nodes.size());
    key_ = {0, 0};
    return node;
  }
  bool add_bits(JsonKind kind, uint64_t bits) {
    add(kind).bits = bits;
    return true;
  }
  bool open(JsonKind kind) {
    add(kind);
    open_.push_back(static_cast<uint32_t>(tree_.nodes.size() - 1));
    return true;
  }
  bool close() {
    tree_.nodes[open_.back()].next = static_cast<uint32_t>(tree_.nodes.size());
    open_.pop_back();
    return true;
  }
  std::pair<uint32_t, uint32_t> keep(const std::string& value) {
    const auto begin = static_cast<uint32_t>(tree_.characters.size());
    tree_.characters += value;
    return {begin, static_cast<uint32_t>(value.size())};
  }

  JsonTree& tree_;
  std::vector<uint32_t> open_;
  std::pair<uint32_t, uint32_t> key_{0, 0};
};

}  // namespace

std::optional<JsonValue> JsonValue::find(std::string_view key, std::optional<JsonValue>& hint) const {
  if (hint && contains(*hint) && hint->key() == key) {
    const JsonValue found = *hint;
    hint = found.next();
    return found;
  }
  JsonValue child = first();
  for (size_t i = 0; i < size(); ++i, child = child.next()) {
    if (child.key() != key) continue;
    hint = child.next();
    return child;
  }
  return std::nullopt;
}

std::optional<JsonTree> parse_json(std::string_view text, std::string& problem) {
  if (text.size() >= std::numeric_limits<uint32_t>::max()) {
    problem = "it has more than 4 GiB";
    return std::nullopt;
  }
  JsonTree tree;
  tree.characters.reserve(text.size() / 2);
  tree.nodes.reserve(text.size() / 32);
  TreeMaker maker(tree);
  if (nlohmann::json::sax_parse(text, &maker)) return tree;
  problem = maker.problem;
  return std::nullopt;
}

}  // namespace recgauge::reports
