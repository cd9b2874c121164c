#include "data/glove.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <system_error>

#include "base/error.hpp"
#include "data/leaf_content.hpp"

namespace fedmeta::data {
namespace {

namespace fs = std::filesystem;

constexpr const char* remedy = "give a file in GloVe's text format, such as glove.6B.300d.txt, unpacked";

/// Reads line by line, remembering which one for the sake of errors.
class GloveReader {
 public:
  explicit GloveReader(const fs::path& file) : file_(file) {}

  WordTable read() {
    std::error_code error;
    const auto bytes = fs::file_size(file_, error);
    std::ifstream in(file_, std::ios::binary);
    if (error || !in) throw Error(Status::input, "cannot read the word vectors", file_.string(), remedy);
    // GloVe prints 8.6 bytes a number. What is reserved and not used takes no memory.
    vectors_.values.reserve(bytes / 8);
    for (std::string line; std::getline(in, line);) {
      ++line_;
      add(line.ends_with('\r') ? std::string_view(line).substr(0, line.size() - 1) : line);
    }
    if (in.bad()) throw Error(Status::input, "cannot read the word vectors", file_.string(), remedy);
    if (line_ == 0) throw Error(Status::input, "the file of word vectors is empty", file_.string(), remedy);
    return finish();
  }

 private:
  void add(std::string_view line) {
    const auto blank = line.find(' ');
    if (blank == 0 || blank == std::string_view::npos) fail("the line is not a word and its numbers");
    const auto before = vectors_.values.size();
    add_numbers(line.substr(blank + 1));
    const auto width = static_cast<std::int64_t>(vectors_.values.size() - before);
    if (line_ == 1) vectors_.width = width;
    if (width != vectors_.width)
      fail("the word has " + std::to_string(width) + " numbers instead of " + std::to_string(vectors_.width) +
           ", as in line 1");
    words_.append(line.substr(0, blank)) += '\n';
  }

  void add_numbers(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
      float value = 0;
      const auto [next, error] = std::from_chars(at, end, value);
      if (error != std::errc() || (next != end && *next != ' ') || !std::isfinite(value)) {
        const std::string_view rest(at, end);
        fail("malformed number `" + printable(rest.substr(0, rest.find(' ')), 24) + "`");
      }
      vectors_.values.push_back(value);
      at = next == end ? end : next + 1;  // a last blank is let pass: some published files have it
    }
  }

  WordTable finish() {
    auto table = without_vectors(std::move(words_));
    vectors_.words = table.vectors.words;
    vectors_.values.resize(static_cast<std::size_t>(vectors_.words * vectors_.width), 0.0F);
    table.vectors = std::move(vectors_);
    return table;
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(Status::input, what, file_.string() + ", line " + std::to_string(line_), remedy);
  }

  const fs::path& file_;
  WordVectors vectors_;
  std::string words_;
  std::int64_t line_ = 0;  ///< from 1
};

}  // namespace

WordTable without_vectors(std::string words) {
  WordTable table;
  std::int32_t row = 0;
  for (std::string_view rest = words; !rest.empty(); ++row) {
    const auto length = rest.find('\n');
    table.rows.try_emplace(std::string(rest.substr(0, length)), row);
    rest.remove_prefix(length + 1);
  }
  table.words = std::move(words);
  table.vectors.words = row + 2;
  return table;
}

WordTable read_glove(const fs::path& file) {
  return GloveReader(file).read();
}

void write_glove(std::ostream& out, std::span<const std::string> words, const WordVectors& vectors) {
  std::array<char, 32> text;
  const auto* value = vectors.values.data();
  for (const auto& word : words) {
    out << word;
    for (std::int64_t i = 0; i < vectors.width; ++i) {
      const auto* end = std::to_chars(text.data(), text.data() + text.size(), *value++).ptr;
      out << ' ' << std::string_view(text.data(), end);
    }
    out << '\n';
  }
}

}  // namespace fedmeta::data
