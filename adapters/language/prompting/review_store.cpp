#include "adapters/language/prompting/review_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "harness/data/loaders/record_reader.h"

namespace recgauge::adapters {
namespace {

constexpr size_t kLatestItems = 20;  // of a history, by which reviews are looked for

using Row = std::optional<std::pair<std::string, std::string>>;  // item and text

Row json_row(std::string_view record, const ReviewsConfig& config) {
  const nlohmann::json json = nlohmann::json::parse(record, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const auto item = json.find(config.item);
  const auto text = json.find(config.text);
  if (item == json.end() || !(item->is_string() || item->is_number_integer())) return std::nullopt;
  const bool none = text == json.end() || text->is_null();
  if (!none && !text->is_string()) return std::nullopt;
  return std::pair(item->is_string() ? item->get<std::string>() : item->dump(), none ? "" : text->get<std::string>());
}

size_t column_of(std::span<const std::string_view> header, const std::string& name, const SourcePlace& place) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) {
    throw DataError(place, fmt::format("reviews: there is no column '{}'; it has: {}", name, fmt::join(header, ", ")));
  }
  return static_cast<size_t>(found - header.begin());
}

class Rows {
 public:
  Rows(const std::filesystem::path& path, const ReviewsConfig& config)
      : config_(config), reader_(existing_file(path), format_of(config)) {
    if (config.format == ReviewFormat::json_lines) return;
    if (!reader_.next()) throw DataError(reader_.place(), "reviews: the file is empty");
    item_ = column_of(reader_.fields(), config.item, reader_.place());
    text_ = column_of(reader_.fields(), config.text, reader_.place());
  }

  bool next() { return reader_.next(); }
  std::pair<std::string, std::string> row() const {
    Row row;
    if (config_.format == ReviewFormat::json_lines) {
      row = json_row(reader_.record(), config_);
    } else if (reader_.fields().size() > std::max(item_, text_)) {
      row = std::pair(std::string(reader_.fields()[item_]), std::string(reader_.fields()[text_]));
    }
    if (row && reader_.valid_text()) return *std::move(row);
    throw DataError(reader_.place(),
                    fmt::format("reviews: no row with '{}' and '{}' in UTF-8", config_.item, config_.text));
  }

 private:
  // A JSON object is one field: its line holds none of these.
  static RecordFormat format_of(const ReviewsConfig& config) {
    if (config.format == ReviewFormat::json_lines) return {"\x1f", false, TextEncoding::utf8};
    return {config.delimiter, true, TextEncoding::utf8};
  }

  const ReviewsConfig& config_;
  RecordReader reader_;
  size_t item_ = 0;
  size_t text_ = 0;
};

}  // namespace

std::vector<Review> read_reviews(const std::filesystem::path& path, const ReviewsConfig& config,
                                 const Dataset& dataset) {
  std::vector<Review> reviews;
  std::set<std::pair<uint32_t, std::string>> known;
  size_t rows = 0;
  for (Rows reader(path, config); reader.next(); ++rows) {
    auto [name, text] = reader.row();
    const uint32_t item = dataset.catalogue.names.find(name);
    if (item == NameTable::kNotFound || text.empty() || !known.emplace(item, text).second) continue;
    reviews.push_back({ItemId{item}, std::move(text)});
  }
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
