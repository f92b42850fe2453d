// A filter of catalogue texts before they enter a prompt: a defence that can be switched on, with a price in what
// honest texts lose.
#pragma once

#include <string>
#include <string_view>

namespace recgauge::adapters {

/// `text` without what is invisible (zero-width and tag characters), without marks (from '<' to '>'), and without the
/// sentences that speak to a model: those with a word like "ignore", "instruction", "rank", "system", "assistant",
/// "decode", or with letters of several alphabets in one word. What remains may be empty. Other languages pass.
std::string filtered(std::string_view text);

}  // namespace recgauge::adapters
