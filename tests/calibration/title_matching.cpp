// Precision and recall of the title matcher over its thresholds: the numbers behind its default. Prints Markdown
// tables.
#include <fmt/format.h>

#include <cstdlib>

#include "harness/statistics/proportions.h"
#include "tests/scripted/labelled_titles.h"

using namespace recgauge;

namespace {

std::string share(uint64_t part, uint64_t whole) {
  const auto interval = statistics::wilson_interval(part, whole, 0.95);
  if (!interval) return "undefined";
  return fmt::format("{:.4f} ({:.4f} to {:.4f})", static_cast<double>(part) / static_cast<double>(whole), interval->low,
                     interval->high);
}

void add(scripted::MatchCounts& sum, const scripted::MatchCounts& counts) {
  sum.titles += counts.titles;
  sum.right += counts.right;
  sum.wrong += counts.wrong;
  sum.ambiguous += counts.ambiguous;
}

void print_threshold(const scripted::LabelledTitles& labelled, double threshold, double of_same_year) {
  scripted::MatchCounts meant;
  scripted::MatchCounts strangers;
  adapters::MatchOptions options;
  options.threshold = threshold;
  options.threshold_of_same_year = of_same_year;
  const adapters::TitleMatcher matcher(labelled.catalogue.catalogue, options);
  for (const auto& [group, counts] : scripted::count_matches(matcher, labelled)) {
    add(group.starts_with("of another") ? strangers : meant, counts);
  }
  fmt::print("| {:.2f} | {:.2f} | {} | {} | {} |\n", threshold, of_same_year,
             share(meant.right, meant.right + meant.wrong + strangers.wrong), share(meant.right, meant.titles),
             share(strangers.wrong, strangers.titles));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print("usage: title_matching FOLDER_OF_DATA [SEED]\n");
    return 2;
  }
  const auto labelled = scripted::labelled_titles(argv[1], argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1);
  if (!labelled) {
    fmt::print("movielens-100k and movielens-latest-small are not in {}\n", argv[1]);
    return 2;
  }
  fmt::print(
      "| threshold | of the same year | precision | recall | films of another catalogue that matched |\n"
      "|---|---|---|---|---|\n");
  for (const double threshold : {0.60, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95, 1.00}) {
    print_threshold(*labelled, threshold, threshold);
  }
  for (const double of_same_year : {0.60, 0.65, 0.70, 0.75, 0.80}) print_threshold(*labelled, 0.85, of_same_year);
  fmt::print("\n| group | titles | right | wrong | ambiguous | out of catalogue |\n|---|---|---|---|---|---|\n");
  for (const auto& [group, counts] :
       scripted::count_matches(adapters::TitleMatcher(labelled->catalogue.catalogue), *labelled)) {
    fmt::print("| {} | {} | {} | {} | {} | {} |\n", group, counts.titles, counts.right, counts.wrong, counts.ambiguous,
               counts.missed());
  }
  return 0;
}
