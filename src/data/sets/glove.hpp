// Word vectors in GloVe's text format (Pennington, Socher, Manning 2014): a line is a word and its numbers,
// separated by single blanks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "data/dataset.hpp"

namespace fedmeta::data {

struct WordHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view word) const { return std::hash<std::string_view>{}(word); }
};

/// The row of each word.
using WordRows = std::unordered_map<std::string, std::int32_t, WordHash, std::equal_to<>>;

/// V words in file order, followed by two rows of zeros for unknown words and padding. LEAF has one row of
/// zeros for both; two rows make it possible to count unknown words.
struct WordTable {
  WordVectors vectors;  ///< [V + 2, width]
  std::string words;    ///< each followed by a line feed
  WordRows rows;        ///< rows of the V words
};

/// The rows of unknown words and of padding, in a table of `rows` rows.
inline std::int32_t unknown_row(std::int64_t rows) {
  return static_cast<std::int32_t>(rows - 2);
}
inline std::int32_t padding_row(std::int64_t rows) {
  return static_cast<std::int32_t>(rows - 1);
}

/// Returns the table of `words` without the values of its vectors.
WordTable without_vectors(std::string words);

/// Reads a file. The first line determines how many numbers a word has, whether it is a word's line or
/// word2vec's header of two counts. The last fields of a line are the numbers, so that a word may contain
/// blanks. If a word occurs twice, its first line counts. Throws Error(input), which names file and line, for
/// a line with another number of numbers, for numbers that are not finite, and for a missing or empty file.
WordTable read_glove(const std::filesystem::path& file);

/// Writes all vectors but the last two rows as text that reads back exactly. `words` has one word per row.
void write_glove(std::ostream& out, std::span<const std::string> words, const WordVectors& vectors);

}  // namespace fedmeta::data
