// Sent140 (Go et al. 2009; LEAF): the mood of tweets by author.
#pragma once

#include <filesystem>
#include <vector>

#include "data/dataset.hpp"
#include "data/sets/glove.hpp"

namespace fedmeta::data {

inline constexpr std::int64_t tweet_tokens = 25;

/// Table 1 of Chen et al. 2018.
inline constexpr GeneratedSize sent140_paper_size{3790, 45, 28, 25};

/// The form: the first 25 tokens of a tweet as rows of the word vectors, padded on the right. Labels are 0
/// (negative) and 1 (positive).
SampleForm sent140_form();

/// Reads one LEAF file. x[i] is an array of strings with the text at index 4; y[i] is 0 or 1, or "4" for
/// positive and "0" or "2" (neutral) for negative. With an empty table every word is unknown. Throws
/// Error(input) like read_leaf_file.
std::vector<Client> read_sent140_file(const std::filesystem::path& file, const WordTable& words,
                                      bool lower_case);

struct TokenCount {
  std::int64_t tokens = 0;   ///< without padding
  std::int64_t unknown = 0;  ///< tokens without a word vector

  double unknown_share() const { return tokens == 0 ? 0 : double(unknown) / double(tokens); }
};

/// Counts the tokens of a client with Indices. The table of word vectors has `rows` rows.
TokenCount count_tokens(const Client& client, std::int64_t rows);

}  // namespace fedmeta::data
