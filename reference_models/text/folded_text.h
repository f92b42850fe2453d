// Text without what tells spellings of the same words apart: case, diacritics, punctuation. Matching of titles and the
// text encoder rest on the same words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace recgauge::reference_models {

/// Words in lower case, separated by single spaces: Unicode's compatibility decomposition and case folding, without
/// marks; whatever is neither letter nor digit separates words, but an apostrophe, which joins them; "&" is "and".
/// Letters that do not decompose stand as they are transliterated (ø as o, ł as l, æ as ae). What is no UTF-8
/// separates.
std::string folded(std::string_view text);

/// The words of folded(text).
std::vector<std::string> folded_words(std::string_view text);

/// The code points of a text in UTF-8.
std::u32string code_points(std::string_view text);

}  // namespace recgauge::reference_models
