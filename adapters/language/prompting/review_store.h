// What people wrote about items, searched by what a user had before: the evidence that a rag puts beside its
// candidates. Foreign text, whoever wrote it: to be quoted where it enters a prompt.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/config/config_visitor.h"
#include "reference_models/text/item_text.h"
#include "reference_models/text/tf_idf.h"

namespace recgauge::adapters {

enum class ReviewFormat : uint8_t { json_lines, delimited };

struct ReviewsConfig {
  std::string path;
  ReviewFormat format = ReviewFormat::json_lines;
  std::string item = "item";
  std::string text = "text";
  std::string delimiter = ",";
  uint32_t count = 5;
  uint32_t longest = 300;
};

template <typename V>
void visit(V& v, ReviewsConfig& c) {
  v.value("path", c.path, "file of reviews, plain or gzip", {{}, {}, {}, true});
  v.choice("format", c.format, {{"json_lines", ReviewFormat::json_lines}, {"delimited", ReviewFormat::delimited}},
           "a JSON object a line, or delimited text whose first line names the columns");
  v.value("item", c.item, "key or column of the item's name");
  v.value("text", c.text, "key or column of the review");
  v.value("delimiter", c.delimiter, "between fields of delimited text, which may be quoted as in CSV");
  v.value("count", c.count, "reviews that are shown beside the candidates of a question", {1.0, 1000.0, {}, false});
  v.value("longest", c.longest, "characters of one review", {10.0, 100000.0, {}, false});
}

/// Column of altered texts that are reviews.
inline constexpr std::string_view kReviewColumn = "review";

struct Review {
  ItemId item{};
  std::string text;
};

/// Reviews of items of the catalogue, in the order of the file; others, empty ones and those that say of an item what
/// another has said are left out. Throws DataError with the line for a file that cannot be read, rows without item or
/// text, and where no review is of the catalogue.
std::vector<Review> read_reviews(const std::filesystem::path& path, const ReviewsConfig& config,
                                 const Dataset& dataset);

class ReviewStore {
 public:
  /// The data set must outlive it.
  ReviewStore(std::vector<Review> reviews, const Dataset& dataset);

  size_t size() const { return reviews_.size(); }
  /// From now on these texts of items stand in place of the catalogue's where users are described by them, and those of
  /// the column "review" are reviews beside the file's; none restores what was.
  void alter(std::span<const AlteredText> altered);

  /// Up to `count` reviews of `about`, the most similar to the texts of `history` and to what was written about it
  /// first: cosine of TF-IDF vectors, equal ones in the order of the store. Valid until the next alter().
  std::vector<const Review*> find(std::span<const ItemId> history, std::span<const ItemId> about, size_t count) const;

 private:
  using Weights = std::unordered_map<uint32_t, double>;  // by term
  void index();
  void add_row(size_t row, double factor, Weights& sum) const;

  reference_models::ItemTexts items_;
  size_t own_ = 0;  // reviews of the file; those after them were added
  std::vector<Review> reviews_;
  reference_models::TermMatrix terms_;          // of the reviews, then of the catalogue's items
  std::vector<std::vector<uint32_t>> of_item_;  // positions of reviews
};

}  // namespace recgauge::adapters
