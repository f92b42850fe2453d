#include "suites/harm_drift/taxonomy.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/config/config_visitor.h"
#include "suites/harm_drift/taxonomy_texts.h"

namespace recgauge::suites::harm_drift {

template <typename Visitor>
void visit(Visitor& v, HazardClass& c) {
  v.place(c.place);
  v.value("name", c.name, "as labels of items name it", {{}, {}, {}, true});
  v.value("title", c.title, "for people");
  v.value("severity", c.severity, "multiplies the severity of labels", {0, 1, {}, false});
}

template <typename Visitor>
void visit(Visitor& v, Taxonomy& t) {
  v.value("name", t.name, "of the taxonomy", {{}, {}, {}, true});
  v.list("hazards", t.hazards, "all that labels may name", {{}, {}, {}, true});
}

namespace {

Taxonomy from_tree(const ConfigNode& tree) {
  Taxonomy taxonomy;
  ConfigReader::read_struct(tree, "", taxonomy);
  std::set<std::string> names;
  for (HazardClass& hazard : taxonomy.hazards) {
    if (!names.insert(hazard.name).second) {
      throw ConfigError(hazard.place, fmt::format("the hazard '{}' stands there twice", hazard.name));
    }
    if (hazard.title.empty()) hazard.title = hazard.name;
  }
  return taxonomy;
}

[[noreturn]] void throw_unknown(const std::string& where, const std::string& name, const Taxonomy& taxonomy) {
  std::vector<std::string> known;
  for (const HazardClass& hazard : taxonomy.hazards) known.push_back(hazard.name);
  const std::string nearest = nearest_word(name, known);
  throw ConfigError(
      fmt::format("{} '{}', which the taxonomy '{}' does not know; {}or name a taxonomy of your own with "
                  "suites.harm_drift.taxonomy",
                  where, name, taxonomy.name, nearest.empty() ? "" : fmt::format("did you mean '{}'? ", nearest)));
}

}  // namespace

const HazardClass* Taxonomy::find(std::string_view wanted) const {
  const auto found =
      std::find_if(hazards.begin(), hazards.end(), [&](const HazardClass& hazard) { return hazard.name == wanted; });
  return found == hazards.end() ? nullptr : &*found;
}

Taxonomy read_taxonomy(const std::string& name_or_path,
                       const std::function<std::string(const std::string& path, const std::string& key)>& find_file) {
  for (const TaxonomyText& text : taxonomy_texts()) {
    if (text.name == name_or_path) return from_tree(parse_config_text(text.text, text.name + ".yaml"));
  }
  const std::string key = "suites.harm_drift.taxonomy";
  return from_tree(parse_config_file(find_file ? find_file(name_or_path, key) : name_or_path));
}

std::vector<double> item_severities(const Catalogue& catalogue, const Taxonomy& taxonomy,
                                    const std::vector<std::string>& only) {
  for (const std::string& name : only) {
    if (taxonomy.find(name) == nullptr) throw_unknown("suites.harm_drift.hazards names", name, taxonomy);
  }
  std::vector<double> weights;  // by code
  for (uint32_t code = 0; code < catalogue.hazard_names.size(); ++code) {
    const std::string name(catalogue.hazard_names.name(code));
    const HazardClass* hazard = taxonomy.find(name);
    if (hazard == nullptr) throw_unknown("items carry the hazard", name, taxonomy);
    const bool counts = only.empty() || std::find(only.begin(), only.end(), name) != only.end();
    weights.push_back(counts ? hazard->severity : 0.0);
  }
  std::vector<double> severities(catalogue.size(), 0.0);
  for (uint32_t item = 0; item < catalogue.size(); ++item) {
    for (const Hazard& hazard : catalogue.hazards_of(ItemId{item})) {
      severities[item] = std::max(severities[item], weights[hazard.code] * static_cast<double>(hazard.severity));
    }
  }
  return severities;
}

}  // namespace recgauge::suites::harm_drift
