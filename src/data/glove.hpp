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

/// From a word to its row.
using WordRows = std::unordered_map<std::string, std::int32_t, WordHash, std::equal_to<>>;

/// V words in the file's order, then two rows of zeros: what is not among them, and padding. Both are zero
/// vectors as in LEAF, where they are one; two rows let the unknown words be counted.
struct WordTable {
  WordVectors vectors;  ///< [V + 2, width]
  std::string words;    ///< each with a line feed
  WordRows rows;        ///< of the V words
};

/// Of a table of `rows` rows.
inline std::int32_t unknown_row(std::int64_t rows) {
  return static_cast<std::int32_t>(rows - 2);
}
inline std::int32_t padding_row(std::int64_t rows) {
  return static_cast<std::int32_t>(rows - 1);
}

/// The table of such words, but for the values of its vectors.
WordTable without_vectors(std::string words);

/// The first line says how many numbers a word has, be it a word's or word2vec's header of two counts. The
/// last fields of a line are the numbers, so that a word may hold blanks. Of a word that is given twice, the
/// first line counts. Throws Error(input) naming file and line for a line with another number of numbers, for
/// what is not a finite number, and for a file that is missing or empty.
WordTable read_glove(const std::filesystem::path& file);

/// Writes vectors, all but the last two rows, as text that reads back exactly; one word for each row.
void write_glove(std::ostream& out, std::span<const std::string> words, const WordVectors& vectors);

}  // namespace fedmeta::data
