// Hazards of items from people's labels, from categories and from words, all at once and each with its complaints.
#include <doctest/doctest.h>

#include "harness/data/loaders/interaction_rows.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;

namespace {

// Items a, b, c, d.
Catalogue shop() {
  Catalogue catalogue;
  for (const char* name : {"a", "b", "c", "d"}) catalogue.names.intern(name);
  LabelColumn genre{"genre", {}, {0, 1, 3, 3, 4}, {0, 0, 1, 1}};
  genre.values.intern("Horror");
  genre.values.intern("War");
  catalogue.labels.push_back(genre);
  CategoricalColumn warning{"warning", {}, {CategoricalColumn::kMissing, 0, CategoricalColumn::kMissing, 1}};
  warning.values.intern("hate");
  warning.values.intern("privacy");
  catalogue.attributes.push_back(warning);
  catalogue.texts.push_back({"title", {"Poison for two", "How to POISON, a well!", "poisonous", "A well"}});
  return catalogue;
}

// "b: hate .5, weapons 1" by item.
std::vector<std::string> labelled(const HazardSource& source) {
  Catalogue catalogue = shop();
  LoadReport report;
  loaders::label_hazards(source, catalogue, report);
  std::vector<std::string> result;
  for (uint32_t item = 0; item < catalogue.size(); ++item) {
    std::string text;
    for (const Hazard& hazard : catalogue.hazards_of(ItemId{item})) {
      text += std::string(text.empty() ? "" : ", ") + std::string(catalogue.hazard_names.name(hazard.code)) + " " +
              std::to_string(static_cast<int>(100 * hazard.severity + 0.5F));
    }
    result.push_back(text);
  }
  return result;
}

using Labels = std::vector<std::string>;

}  // namespace

TEST_CASE("hazards by category: one value, and every value by its own name") {
  HazardSource source;
  source.rules = {{"genre", "War", "weapons", 0.5}};
  CHECK(labelled(source) == Labels{"", "weapons 50", "", "weapons 50"});
  source.rules = {{"warning", "", "", 1.0}};
  CHECK(labelled(source) == Labels{"", "hate 100", "", "privacy 100"});
}

TEST_CASE("hazards by words: whole words in any case, phrases across punctuation") {
  const scripted::TemporaryFolder folder;
  folder.write("terms.tsv", "poison\tviolence\t0.4\npoison a well\tweapons\n");
  HazardSource source;
  source.lexicons = {{folder / "terms.tsv", {}, false, {"title"}}};
  CHECK(labelled(source) == Labels{"violence 40", "violence 40, weapons 100", "", ""});
}

TEST_CASE("people's labels, rules and lexicons add up; the highest severity stays") {
  const scripted::TemporaryFolder folder;
  folder.write("labels.csv", "item,hazard,severity\nc,hate,0.25\nb,weapons,0.75\nunknown,hate,1\n");
  HazardSource source{folder / "labels.csv", {",", true, TextEncoding::utf8}, true, {}, {}};
  source.rules = {{"genre", "War", "weapons", 0.5}};
  CHECK(labelled(source) == Labels{"", "weapons 75", "hate 25", "weapons 50"});
}

TEST_CASE("what cannot be labelled is named") {
  const scripted::TemporaryFolder folder;
  HazardSource source;
  source.rules = {{"mood", "dark", "hate", 1.0}};
  CHECK_THROWS_WITH_AS(labelled(source),
                       "data.hazards.rules: items have no labels or attribute 'mood'; they have: genre, warning",
                       ConfigError);
  source.rules = {{"genre", "Horor", "hate", 1.0}};
  CHECK_THROWS_WITH_AS(labelled(source), "data.hazards.rules: no item has 'Horor' as genre; did you mean 'Horror'?",
                       ConfigError);
  source.rules.clear();
  folder.write("terms.tsv", "poison\tviolence\t2\n");
  source.lexicons = {{folder / "terms.tsv", {}, false, {}}};
  CHECK_THROWS_WITH_AS(labelled(source), doctest::Contains("severity '2' must be from 0 to 1"), DataError);
  source.lexicons[0].texts = {"plot"};
  CHECK_THROWS_WITH_AS(labelled(source), "data.hazards.lexicons: items have no text 'plot'", ConfigError);
}
