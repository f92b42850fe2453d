#include "harness/config/config_node.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <set>
#include <sstream>

#include "harness/system/whole_file.h"

namespace recgauge {
namespace {

constexpr int kDeepestNesting = 64;
constexpr size_t kMostNodes = 100000;

SourcePlace place_of(const YAML::Mark& mark, const std::string& file) {
  if (mark.is_null()) return {file, 0, 0};
  return {file, static_cast<uint64_t>(mark.line) + 1, static_cast<uint64_t>(mark.column) + 1};
}

// Counts documents and stops at the second. YAML::LoadAll would read on, and with some broken texts for ever.
class OneDocument : public YAML::EventHandler {
 public:
  explicit OneDocument(const std::string& file) : file_(file) {}
  bool found() const { return found_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (found_) throw ConfigError(place_of(mark, file_), "holds several YAML documents; keep one");
    found_ = true;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  const std::string& file_;
  bool found_ = false;
};

// Copies a tree out of yaml-cpp's nodes. Aliases are written out, so a few lines can stand for very many nodes.
class TreeCopier {
 public:
  explicit TreeCopier(const std::string& file) : file_(file) {}

  ConfigNode copy(const YAML::Node& node, int depth) {
    ConfigNode result;
    result.place = place_of(node.Mark(), file_);
    if (depth > kDeepestNesting) throw ConfigError(result.place, "nested more than 64 levels deep");
    if (++nodes_ > kMostNodes) {
      throw ConfigError(result.place, fmt::format("more than {} values, aliases written out", kMostNodes));
    }
    if (node.IsScalar()) {
      result.kind = ConfigNode::Kind::scalar;
      result.scalar = node.Scalar();
      result.quoted = node.Tag() == "!";
    } else if (node.IsSequence()) {
      result.kind = ConfigNode::Kind::list;
      for (const auto& child : node) result.list.push_back(copy(child, depth + 1));
    } else if (node.IsMap()) {
      result.kind = ConfigNode::Kind::map;
      copy_map(node, depth, result);
    }
    return result;
  }

 private:
  void copy_map(const YAML::Node& node, int depth, ConfigNode& result) {
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const SourcePlace place = place_of(entry.first.Mark(), file_);
      if (!entry.first.IsScalar()) throw ConfigError(place, "a key must be a plain name");
      const std::string& key = entry.first.Scalar();
      if (!seen.insert(key).second) {
        throw ConfigError(place, fmt::format("key '{}' stands here a second time; remove one of the two", key));
      }
      result.map.emplace_back(key, copy(entry.second, depth + 1));
      result.key_places.push_back(place);
    }
  }

  const std::string& file_;
  size_t nodes_ = 0;
};

}  // namespace

ConfigNode::ConfigNode() = default;

const ConfigNode* ConfigNode::find(std::string_view key) const {
  for (const auto& [name, child] : map) {
    if (name == key) return &child;
  }
  return nullptr;
}

ConfigNode parse_config_text(const std::string& text, const std::string& file) {
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    OneDocument documents(file);
    while (parser.HandleNextDocument(documents)) continue;
    if (!documents.found()) return {};
    return TreeCopier(file).copy(YAML::Load(text), 0);
  } catch (const YAML::Exception& error) {
    throw ConfigError(place_of(error.mark, file), fmt::format("not valid YAML: {}", error.msg));
  }
}

ConfigNode parse_config_file(const std::filesystem::path& path) {
  try {
    return parse_config_text(read_whole_file(path), path.string());
  } catch (const DataError& error) {
    throw ConfigError(error.what());
  }
}

}  // namespace recgauge
