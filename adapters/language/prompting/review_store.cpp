#include "adapters/language/prompting/review_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "harness/data/loaders/interaction_rows.h"
#include "harness/data/loaders/json_lines.h"

namespace recgauge::adapters {
namespace {

constexpr size_t kLatestItems = 20;  // of a history, by which reviews are looked for

// An item's name and what was written about it, which may be nothing.
using Row = std::pair<std::string, std::string>;

void read_json_lines(const std::filesystem::path& path, const ReviewsConfig& config,
                     const std::function<void(Row)>& take) {
  for (loaders::JsonLines lines(path); lines.next();) {
    const nlohmann::json* item = lines.find(config.item.c_str());
    const nlohmann::json* text = lines.find(config.text.c_str());
    if (item == nullptr) lines.fail("", fmt::format("reviews: the object lacks '{}'", config.item));
    if (text != nullptr && !text->is_string())
      lines.fail(config.text, fmt::format("reviews: '{}' must be text", config.text));
    take({lines.text_of(*item, config.item), text == nullptr ? "" : text->get<std::string>()});
  }
}

void read_delimited(const std::filesystem::path& path, const ReviewsConfig& config,
                    const std::function<void(Row)>& take) {
  RecordReader reader(existing_file(path), {config.delimiter, true, TextEncoding::utf8});
  if (!reader.next()) throw DataError(reader.place(), "reviews: the file is empty");
  const std::vector<std::string> header(reader.fields().begin(), reader.fields().end());
  const size_t item = loaders::find_column(config.item, header, true, reader.place());
  const size_t text = loaders::find_column(config.text, header, true, reader.place());
  while (reader.next()) {
    if (reader.fields().size() <= std::max(item, text) || !reader.valid_text()) {
      throw DataError(reader.place(),
                      fmt::format("reviews: no row with '{}' and '{}' in UTF-8", config.item, config.text));
    }
    take({std::string(reader.fields()[item]), std::string(reader.fields()[text])});
  }
}

}  // namespace

std::vector<Review> read_reviews(const std::filesystem::path& path, const ReviewsConfig& config,
                                 const Dataset& dataset) {
  std::vector<Review> reviews;
  std::set<std::pair<uint32_t, std::string>> known;
  size_t rows = 0;
  const auto take = [&](Row row) {
    ++rows;
    auto& [name, text] = row;
    const uint32_t item = dataset.catalogue.names.find(name);
    if (item == NameTable::kNotFound || text.empty() || !known.emplace(item, text).second) return;
    reviews.push_back({ItemId{item}, std::move(text)});
  };
  config.format == ReviewFormat::json_lines ? read_json_lines(path, config, take) : read_delimited(path, config, take);
  if (reviews.empty()) {
    throw DataError(SourcePlace{path.string(), 0, 0},
                    fmt::format("reviews: none of {} rows is about an item of the catalogue; reviews.item names the "
                                "column of items' names",
                                rows));
  }
  return reviews;
}

ReviewStore::ReviewStore(std::vector<Review> reviews, const Dataset& dataset)
    : items_(dataset), own_(reviews.size()), reviews_(std::move(reviews)) {
  index();
}

void ReviewStore::alter(std::span<const AlteredText> altered) {
  std::vector<AlteredText> of_items;
  const size_t before = reviews_.size();
  std::vector<Review> added;
  for (const AlteredText& text : altered) {
    if (text.column == kReviewColumn) {
      added.push_back({text.item, text.text});
    } else {
      of_items.push_back(text);
    }
  }
  if (!items_.alter(of_items) && added.empty() && before == own_) return;
  reviews_.resize(own_);
  std::move(added.begin(), added.end(), std::back_inserter(reviews_));
  index();
}

void ReviewStore::index() {
  std::vector<std::string> texts;
  of_item_.assign(items_.dataset().catalogue.size(), {});
  for (uint32_t i = 0; i < reviews_.size(); ++i) {
    texts.push_back(reviews_[i].text);
    of_item_[recgauge::index(reviews_[i].item)].push_back(i);
  }
  std::vector<std::string> catalogue = items_.all(reference_models::ItemText::all);
  std::move(catalogue.begin(), catalogue.end(), std::back_inserter(texts));
  terms_ = reference_models::tf_idf(texts);
}

void ReviewStore::add_row(size_t row, double factor, Weights& sum) const {
  for (uint64_t i = terms_.offsets[row]; i < terms_.offsets[row + 1]; ++i) {
    sum[terms_.terms[i]] += factor * static_cast<double>(terms_.weights[i]);
  }
}

std::vector<const Review*> ReviewStore::find(std::span<const ItemId> history, std::span<const ItemId> about,
                                             size_t count) const {
  Weights query;
  for (const ItemId item : history.last(std::min(history.size(), kLatestItems))) {
    add_row(reviews_.size() + recgauge::index(item), 1.0, query);
    const std::vector<uint32_t>& written = of_item_[recgauge::index(item)];
    for (const uint32_t review : written) add_row(review, 1.0 / static_cast<double>(written.size()), query);
  }
  std::vector<std::pair<double, uint32_t>> found;  // less its product with the query, which orders as the cosine does
  for (const ItemId item : about) {
    for (const uint32_t review : of_item_[recgauge::index(item)]) {
      double product = 0.0;
      for (uint64_t i = terms_.offsets[review]; i < terms_.offsets[review + 1]; ++i) {
        const auto term = query.find(terms_.terms[i]);
        if (term != query.end()) product += term->second * static_cast<double>(terms_.weights[i]);
      }
      found.emplace_back(-product, review);
    }
  }
  count = std::min(count, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<ptrdiff_t>(count), found.end());
  std::vector<const Review*> reviews;
  for (size_t i = 0; i < count; ++i) reviews.push_back(&reviews_[found[i].second]);
  return reviews;
}

}  // namespace recgauge::adapters
