// Free text against the catalogue: which item, if any, does a title name that a language model wrote? Exact after
// normalisation, else the most similar title that an index of trigrams finds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/language/matching/title.h"
#include "harness/data/dataset.h"

namespace recgauge::adapters {

enum class MatchOutcome : uint8_t {
  matched,
  ambiguous,         ///< several items are named equally well
  out_of_catalogue,  ///< none is similar enough
};

struct TitleMatch {
  MatchOutcome outcome = MatchOutcome::out_of_catalogue;
  double similarity = 0.0;    ///< 1 for equal names; 0 where nothing was found
  std::vector<ItemId> items;  ///< the item, or the ambiguous ones in ascending order
};

/// The defaults are those of the study in docs/studies/title-matching.md.
struct MatchOptions {
  /// Least similarity of a match: 1 - distance / length of the longer name, where the distance counts insertions,
  /// deletions, substitutions and transpositions of neighbours (optimal string alignment). At least 0.5.
  double threshold = 0.85;
  /// The same where text and catalogue name the same year, which speaks for the match.
  double threshold_of_same_year = 0.70;
  /// Titles within so much of the best one make it ambiguous.
  double margin = 0.02;
  /// Films of one name that are more years apart are different ones.
  int year_tolerance = 1;
};

class TitleMatcher {
 public:
  /// Takes the catalogue's titles (text column "title"), or its items' names where there are none.
  explicit TitleMatcher(const Catalogue& catalogue, MatchOptions options = {});

  /// A similar name with other numbers ("Rocky II", "Rocky III") is no match. A similar name that shares no trigram
  /// with the text, which needs fewer than 10 letters, may be missed.
  TitleMatch match(std::string_view text) const;

 private:
  struct Name {
    std::u32string text;
    ItemId item{};
    std::optional<int> year;
    std::string numbers;  // the words that are numbers
  };
  struct Scored {
    ItemId item{};
    double similarity = 0.0;
    std::optional<int> year;
  };

  void add(ItemId item, std::string_view title);
  bool is_same_year(const std::optional<int>& wanted, const std::optional<int>& year) const;
  std::vector<Scored> exact(const Title& title) const;
  std::vector<Scored> similar(const Title& title) const;
  void add_similar(const std::string& name, const std::optional<int>& year, std::vector<Scored>& found) const;
  std::vector<uint32_t> sharing_trigrams(const std::u32string& name, size_t most_edits) const;
  TitleMatch choose(std::vector<Scored> found, const std::optional<int>& year) const;

  MatchOptions options_;
  std::vector<Name> names_;
  std::unordered_map<std::string, std::vector<uint32_t>> by_name_;
  std::unordered_map<uint64_t, std::vector<uint32_t>> by_trigram_;
};

}  // namespace recgauge::adapters
