// The character vocabularies of Shakespeare (docs/protocols.md 2.2).
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>

namespace fedmeta::data {

/// What each byte is as an input and as a label.
struct Vocabulary {
  std::int64_t tokens = 0;  ///< inputs with a learned embedding; the input `tokens` is an unknown character
  std::int32_t classes = 0;
  std::array<std::uint8_t, 256> token{};  ///< 0 .. tokens
  std::array<std::uint8_t, 256> label{};  ///< 0 .. classes-1
};

/// `name`: leaf80 or leaf53, LEAF's tables of today and of before 2019-04-14; or data, the `symbols` in order
/// of their bytes. An unknown input is `tokens` in all of them. An unknown label is LEAF's in its own tables,
/// the last class (its find() gives -1, and Python's list[-1] is the last); with data it has a class of its
/// own after the symbols. Throws Error(usage) for another name.
Vocabulary make_vocabulary(const std::string& name, const std::set<std::uint8_t>& symbols);

}  // namespace fedmeta::data
