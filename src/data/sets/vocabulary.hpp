// The character vocabularies of Shakespeare (docs/protocols.md 2.2).
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>

namespace fedmeta::data {

/// The numbers of each byte as an input and as a label.
struct Vocabulary {
  std::int64_t tokens =
      0;  ///< inputs with a learned embedding; the input `tokens` stands for unknown characters
  std::int32_t classes = 0;
  std::array<std::uint8_t, 256> token{};  ///< 0 .. tokens
  std::array<std::uint8_t, 256> label{};  ///< 0 .. classes-1
};

/// Returns a vocabulary by `name`: leaf80 or leaf53, LEAF's tables of today and before 2019-04-14, or data,
/// the `symbols` in the order of their bytes. Unknown inputs are `tokens` in all of them. Unknown labels are
/// the last class in LEAF's tables, as in LEAF (its find() returns -1, and Python's list[-1] is the last
/// element); with data they have a class of their own after the symbols. Throws Error(usage) for another
/// name.
Vocabulary make_vocabulary(const std::string& name, const std::set<std::uint8_t>& symbols);

}  // namespace fedmeta::data
