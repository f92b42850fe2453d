// Texts as weighted words: the part of the offline encoder that is counted.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace recgauge::reference_models {

/// Texts x terms in compressed rows; terms in the order of their words.
struct TermMatrix {
  std::vector<uint64_t> offsets;
  std::vector<uint32_t> terms;
  std::vector<float> weights;
  std::vector<std::string> words;  ///< of the terms

  size_t row_count() const { return offsets.size() - 1; }
};

/// Weight of a word in a text: (1 + ln tf) * (ln((1 + n) / (1 + df)) + 1), rows of length 1 (a text without known words
/// has an empty row). These are the definitions of scikit-learn's TfidfVectorizer(sublinear_tf=True). Words are those
/// of folded_words(); words in fewer than `least_texts` texts are left out.
TermMatrix tf_idf(std::span<const std::string> texts, uint32_t least_texts = 1);

}  // namespace recgauge::reference_models
