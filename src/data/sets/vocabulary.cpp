#include "data/sets/vocabulary.hpp"

#include <string_view>

#include "base/error.hpp"

namespace fedmeta::data {
namespace {

constexpr std::string_view leaf80 =
    "\n !\"&'(),-.0123456789:;>?ABCDEFGHIJKLMNOPQRSTUVWXYZ[]abcdefghijklmnopqrstuvwxyz}";
constexpr std::string_view leaf53 = " ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Makes a vocabulary. `classes` is the number of characters, plus one if unknown labels have a class of
/// their own.
Vocabulary of_characters(std::string_view characters, std::size_t classes) {
  Vocabulary vocabulary;
  vocabulary.tokens = static_cast<std::int64_t>(characters.size());
  vocabulary.classes = static_cast<std::int32_t>(classes);
  // With all 256 bytes as characters neither number fits a byte, but then nothing is unknown.
  vocabulary.token.fill(static_cast<std::uint8_t>(characters.size()));
  vocabulary.label.fill(static_cast<std::uint8_t>(classes - 1));
  for (std::size_t id = 0; id < characters.size(); ++id) {
    const auto byte = static_cast<std::uint8_t>(characters[id]);
    vocabulary.token[byte] = vocabulary.label[byte] = static_cast<std::uint8_t>(id);
  }
  return vocabulary;
}

}  // namespace

Vocabulary make_vocabulary(const std::string& name, const std::set<std::uint8_t>& symbols) {
  if (name == "leaf80") return of_characters(leaf80, leaf80.size());
  if (name == "leaf53") return of_characters(leaf53, leaf53.size());
  if (name == "data") return of_characters(std::string(symbols.begin(), symbols.end()), symbols.size() + 1);
  throw Error(Status::usage, "unknown vocabulary", "--vocabulary " + name, "use leaf80, leaf53 or data");
}

}  // namespace fedmeta::data
