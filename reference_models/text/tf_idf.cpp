#include "reference_models/text/tf_idf.h"

#include <cmath>
#include <map>

#include "reference_models/text/folded_text.h"

namespace recgauge::reference_models {
namespace {

using Counts = std::map<std::string, uint32_t>;

std::vector<Counts> count_words(std::span<const std::string> texts) {
  std::vector<Counts> counts(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    for (std::string& word : folded_words(texts[i])) ++counts[i][std::move(word)];
  }
  return counts;
}

void scale_to_length_one(std::span<float> row) {
  double squares = 0.0;
  for (const float weight : row) squares += double{weight} * double{weight};
  if (squares == 0.0) return;
  for (float& weight : row) weight = static_cast<float>(double{weight} / std::sqrt(squares));
}

}  // namespace

TermMatrix tf_idf(std::span<const std::string> texts, uint32_t least_texts) {
  const std::vector<Counts> counts = count_words(texts);
  Counts texts_with;
  for (const Counts& text : counts) {
    for (const auto& [word, unused] : text) ++texts_with[word];
  }
  std::erase_if(texts_with, [&](const auto& entry) { return entry.second < least_texts; });
  TermMatrix matrix;
  std::map<std::string, uint32_t> terms;
  for (const auto& [word, unused] : texts_with) {
    terms.emplace(word, static_cast<uint32_t>(matrix.words.size()));
    matrix.words.push_back(word);
  }
  matrix.offsets.push_back(0);
  for (const Counts& text : counts) {
    for (const auto& [word, count] : text) {
      const auto known = texts_with.find(word);
      if (known == texts_with.end()) continue;
      const double rarity = std::log((1.0 + static_cast<double>(texts.size())) / (1.0 + known->second)) + 1.0;
      matrix.terms.push_back(terms.at(word));
      matrix.weights.push_back(static_cast<float>((1.0 + std::log(count)) * rarity));
    }
    scale_to_length_one(std::span(matrix.weights).subspan(matrix.offsets.back()));
    matrix.offsets.push_back(matrix.terms.size());
  }
  return matrix;
}

}  // namespace recgauge::reference_models
