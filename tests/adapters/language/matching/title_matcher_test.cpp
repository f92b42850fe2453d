#include "adapters/language/matching/title_matcher.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "adapters/language/matching/alignment.h"
#include "reference_models/text/folded_text.h"
#include "tests/scripted/labelled_titles.h"
#include "tests/scripted/property.h"

using namespace recgauge;
using namespace recgauge::adapters;

namespace {

Catalogue catalogue_of(const std::vector<std::string>& titles) {
  Catalogue catalogue;
  TextColumn column{"title", titles};
  for (size_t i = 0; i < titles.size(); ++i) catalogue.names.intern("i" + std::to_string(i));
  catalogue.texts.push_back(column);
  return catalogue;
}

// The whole table, as Wikipedia's "Damerau–Levenshtein distance" states it for optimal string alignment.
size_t distance_by_table(const std::u32string& a, const std::u32string& b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

void check_match(const TitleMatcher& matcher, std::string_view text, uint32_t item) {
  CAPTURE(text);
  const TitleMatch match = matcher.match(text);
  REQUIRE(match.outcome == MatchOutcome::matched);
  CHECK(index(match.items[0]) == item);
}

}  // namespace

TEST_CASE("folding leaves letters and digits") {
  using reference_models::folded;
  CHECK(folded("Am\u00E9lie: Le Fabuleux Destin!") == "amelie le fabuleux destin");
  CHECK(folded("Sch\u00F6ne Stra\u00DFe") == "schone strasse");
  CHECK(folded("S\u00F8ren \u0141\u00F3d\u017A \u00C6on") == "soren lodz aeon");
  CHECK(folded("Schindler's  List \u2014 Tom & Jerry") == "schindlers list tom and jerry");
  CHECK(folded("\uFF21\uFF22\uFF23 \uFB01lm") == "abc film");  // full width, ligature
  CHECK(folded("\u041C\u043E\u0441\u043A\u0432\u0430") == "\u043C\u043E\u0441\u043A\u0432\u0430");
  CHECK(folded("a\xFF\xFE z\xC3") == "a z");
  CHECK(folded("?!") == "");
}

TEST_CASE("titles are taken apart") {
  const Title suspects = parse_title("Usual Suspects, The (1995)");
  CHECK(suspects.names == std::vector<std::string>{"usual suspects"});
  CHECK(suspects.year == 1995);
  CHECK(parse_title("Shanghai Triad (Yao a yao yao dao waipo qiao) (1995)").names ==
        std::vector<std::string>{"shanghai triad yao a yao yao dao waipo qiao", "shanghai triad",
                                 "yao a yao yao dao waipo qiao"});
  CHECK(parse_title("Rocky III").names == std::vector<std::string>{"rocky 3"});
  CHECK(parse_title("Die Hard").names == std::vector<std::string>{"die hard"});
  CHECK(parse_title("The").names == std::vector<std::string>{"the"});
  CHECK(parse_title("Toy Story 1995", BareYear::year).year == 1995);
  CHECK(parse_title("2001", BareYear::year).names == std::vector<std::string>{"2001"});
  CHECK(parse_title("(((").names.empty());
}

TEST_CASE("the bounded distance is that of the whole table") {
  CHECK(alignment_distance(U"kitten", U"sitting", 3) == 3U);
  CHECK(alignment_distance(U"ca", U"abc", 5) == 3U);  // not 2, as without the restriction
  CHECK(alignment_distance(U"abcd", U"acbd", 1) == 1U);
  CHECK_FALSE(alignment_distance(U"kitten", U"sitting", 2));
  scripted::check_property([] {
    const auto word = rc::gen::container<std::string>(rc::gen::inRange('a', 'd'));
    const std::string one = *word;
    const std::string other = *word;
    const size_t most = *rc::gen::inRange<size_t>(0, 12);
    const std::u32string a(one.begin(), one.end());
    const std::u32string b(other.begin(), other.end());
    const size_t expected = distance_by_table(a, b);
    RC_ASSERT(alignment_distance(a, b, most) == (expected <= most ? std::optional(expected) : std::nullopt));
  });
}

TEST_CASE("spellings of one title match it, other films do not") {
  const TitleMatcher matcher(
      catalogue_of({"Usual Suspects, The (1995)", "Rocky II (1979)", "Rocky III (1982)", "Sabrina (1954)",
                    "Sabrina (1995)", "Seven (Se7en) (1995)", "Am\u00E9lie (2001)", "Psycho (1960)"}));
  check_match(matcher, "The Usual Suspects", 0);
  check_match(matcher, "the usual supsects (1995)", 0);
  check_match(matcher, "Usual Suspects 1995", 0);
  check_match(matcher, "Rocky 3", 2);
  check_match(matcher, "Sabrina (1954)", 3);
  check_match(matcher, "Se7en", 5);
  check_match(matcher, "AMELIE", 6);
  check_match(matcher, "Psycho (1961)", 7);  // one year off
  CHECK(matcher.match("Sabrina").outcome == MatchOutcome::ambiguous);
  CHECK(matcher.match("Sabrina").items == std::vector{ItemId{3}, ItemId{4}});
  CHECK(matcher.match("Psycho (1998)").outcome == MatchOutcome::out_of_catalogue);
  CHECK(matcher.match("Rocky IV").outcome == MatchOutcome::out_of_catalogue);
  CHECK(matcher.match("").outcome == MatchOutcome::out_of_catalogue);
  CHECK(matcher.match(std::string(100000, 'x')).outcome == MatchOutcome::out_of_catalogue);
}

TEST_CASE("the index of trigrams finds what a look at every title finds") {
  scripted::check_property([] {
    const auto letters = rc::gen::container<std::string>(rc::gen::elementOf(std::string("abc ")));
    std::vector<std::string> titles{"placeholder"};
    for (const std::string& drawn : *rc::gen::container<std::vector<std::string>>(12, letters)) {
      titles.push_back("word " + drawn + " tail of it");
    }
    const TitleMatcher matcher(catalogue_of(titles));
    RandomStream stream(*rc::gen::arbitrary<uint64_t>());
    const std::string written = scripted::with_slip(titles[1 + stream.below(titles.size() - 1)], stream);
    const std::u32string name = reference_models::code_points(parse_title(written).names[0]);
    double best = 0.0;
    for (const std::string& title : titles) {
      const std::u32string other = reference_models::code_points(parse_title(title).names[0]);
      const double longer = static_cast<double>(std::max(name.size(), other.size()));
      best = std::max(best, 1.0 - static_cast<double>(distance_by_table(name, other)) / longer);
    }
    RC_ASSERT(matcher.match(written).similarity == doctest::Approx(best >= 0.85 ? best : 0.0));
  });
}

TEST_CASE("precision and recall on perturbed titles of movielens-100k") {
  const auto labelled = scripted::labelled_titles(RECGAUGE_SHARED_DATA_DIR, 1);
  if (!labelled) {
    MESSAGE("skipped: movielens-100k and movielens-latest-small are not here");
    return;
  }
  scripted::MatchCounts all;
  uint64_t meant = 0;
  for (const auto& [group, counts] : scripted::count_matches(TitleMatcher(labelled->catalogue.catalogue), *labelled)) {
    all.right += counts.right;
    all.wrong += counts.wrong;
    if (!group.starts_with("of another")) meant += counts.titles;
  }
  // docs/studies/title-matching.md has the numbers of several seeds.
  CHECK(static_cast<double>(all.right) / static_cast<double>(all.right + all.wrong) > 0.975);
  CHECK(static_cast<double>(all.right) / static_cast<double>(meant) > 0.87);
}
