// Splits texts into words, like LEAF does for tweets.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fedmeta::data {

/// Returns the first `most` matches, from left to right, of: one or more word characters or apostrophes; or
/// one of . , ! ? ; (LEAF: docs/protocols.md 2.3). Word characters are ASCII letters and digits, the
/// underscore, and every byte from 0x80 on, so that letters of other scripts stay in their words. So do
/// Unicode's own quotation marks and signs, at which LEAF splits.
std::vector<std::string_view> tokenise(std::string_view text, std::size_t most);

/// Converts A-Z to a-z and keeps other characters.
std::string lower_case(std::string_view text);

}  // namespace fedmeta::data
