// Word vectors in GloVe's text format.

#include "data/sets/glove.hpp"

#include <cmath>

#include "fuzz/target.hpp"

namespace fedmeta::fuzz {

int glove(std::string_view bytes) {
  return accepts([&] {
    const auto table = data::read_glove(file_of(bytes));
    const auto& vectors = table.vectors;
    require(vectors.words > 2 && vectors.width > 0, "an empty table");
    require(std::ssize(vectors.values) == vectors.words * vectors.width, "not one vector for each word");
    for (const auto value : vectors.values) require(std::isfinite(value), "a value that is not finite");
    for (const auto& [word, row] : table.rows)
      require(row >= 0 && row < data::unknown_row(vectors.words),
              "row " + std::to_string(row) + " of " + word);
    const auto again = data::without_vectors(table.words);
    require(again.rows == table.rows && again.vectors.words == vectors.words,
            "words that read back otherwise");
  });
}

}  // namespace fedmeta::fuzz
