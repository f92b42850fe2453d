// The labelled set of the title matcher: perturbed titles of movielens-100k, and titles of films that it cannot hold.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/language/matching/title_matcher.h"
#include "harness/data/loaders/data_source.h"
#include "harness/data/loaders/record_reader.h"
#include "tests/scripted/title_perturbations.h"

namespace recgauge::scripted {

struct LabelledTitle {
  std::string written;
  std::string meant;  ///< the catalogue's title; empty for a film that is not there
  std::string group;
};

struct LabelledTitles {
  Dataset catalogue;
  std::vector<LabelledTitle> titles;
};

/// How a matcher did on one group.
struct MatchCounts {
  uint64_t titles = 0;
  uint64_t right = 0;  ///< matched with the title that was meant
  uint64_t wrong = 0;  ///< matched with another one, or at all where nothing was meant
  uint64_t ambiguous = 0;
  uint64_t missed() const { return titles - right - wrong - ambiguous; }  ///< called out of the catalogue
};

/// MovieLens-100k was collected until April 1998: no film of 1999 or later is in it. Nothing where the data is not
/// here.
inline std::optional<LabelledTitles> labelled_titles(const std::filesystem::path& data, uint64_t seed) {
  const auto movielens = data / "movielens-100k";
  const auto later = data / "movielens-latest-small";
  if (!std::filesystem::exists(movielens / "u.item.gz") || !std::filesystem::exists(later / "movies.csv.gz")) return {};
  LabelledTitles result;
  DataSource source;
  source.format = DataFormat::movielens_100k;
  source.path = movielens.string();
  result.catalogue = load_data(source).dataset;
  source.format = DataFormat::movielens_latest;
  source.path = later.string();
  const Dataset other = load_data(source).dataset;
  const auto add = [&](const std::string& title, const std::string& meant, const std::string& prefix) {
    for (size_t p = 0; p < perturbations().size(); ++p) {
      RandomStream stream(derive_seed(derive_seed(seed, title), {p}));
      const Perturbation& perturbation = perturbations()[p];
      result.titles.push_back({perturbation.apply(title, stream), meant, prefix + std::string(perturbation.name)});
    }
  };
  for (const std::string& title : result.catalogue.catalogue.find_text("title")->values) add(title, title, "");
  for (const std::string& title : other.catalogue.find_text("title")->values) {
    if (has_year(title) && year_part(title).substr(2, 4) >= "1999") add(title, "", "of another catalogue: ");
  }
  return result;
}

inline std::map<std::string, MatchCounts> count_matches(const adapters::TitleMatcher& matcher,
                                                        const LabelledTitles& labelled) {
  const std::vector<std::string>& titles = labelled.catalogue.catalogue.find_text("title")->values;
  std::map<std::string, MatchCounts> counts;
  for (const LabelledTitle& title : labelled.titles) {
    MatchCounts& group = counts[title.group];
    ++group.titles;
    const adapters::TitleMatch match = matcher.match(title.written);
    if (match.outcome == adapters::MatchOutcome::ambiguous) {
      ++group.ambiguous;
    } else if (match.outcome == adapters::MatchOutcome::matched) {
      const bool right = titles[index(match.items[0])] == title.meant;
      ++(right ? group.right : group.wrong);
    }
  }
  return counts;
}

}  // namespace recgauge::scripted
