#include "data/sets/glove.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <ostream>
#include <system_error>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "data/leaf/leaf_content.hpp"
#include "data/text_file.hpp"

namespace fedmeta::data {
namespace {

namespace fs = std::filesystem;

constexpr const char* remedy = "give a file in GloVe's text format, such as glove.6B.300d.txt";

/// Splits a line at blanks.
std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const auto end = std::min(line.find(' '), line.size());
    fields.push_back(line.substr(0, end));
    if (end == line.size()) return fields;
    line.remove_prefix(end + 1);
  }
}

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  if constexpr (std::is_same_v<T, float>)
    if (!std::isfinite(value)) return {};
  return value;
}

/// Reads line by line and keeps the line number for error messages.
class GloveReader {
 public:
  explicit GloveReader(const fs::path& file) : file_(file) {}

  WordTable read() {
    TextFile in(file_);
    std::error_code unknown;
    // GloVe prints 8.6 bytes per number. Reserved but unused memory costs nothing.
    if (const auto bytes = fs::file_size(file_, unknown); !unknown) vectors_.values.reserve(bytes / 8);
    for (std::string line; in.next_line(line);) {
      ++line_;
      if (line.find('\0') != std::string::npos) fail("the line holds zero bytes, so this is no such text");
      if (line_ > 1 || !read_header(line)) add(line);
    }
    if (words_.empty())
      throw Error(Status::input, "the file of word vectors is empty", file_.string(), remedy);
    if (announced_ > 0 && announced_ != added_)
      fail("the file has " + std::to_string(added_) + " words, but its first line says " +
           std::to_string(announced_));
    return finish();
  }

 private:
  /// Recognises word2vec's header: the number of words and the numbers per word.
  bool read_header(std::string_view line) {
    const auto fields = fields_of(line.substr(0, line.find_last_not_of(' ') + 1));
    if (fields.size() != 2) return false;
    const auto words = number<std::int64_t>(fields[0]), width = number<std::int64_t>(fields[1]);
    if (!words || !width || *words < 1 || *width < 1) return false;
    announced_ = *words;
    vectors_.width = *width;
    return true;
  }

  void add(std::string_view line) {
    if (line.ends_with(' ')) line.remove_suffix(1);  // as in some published files
    const auto fields = fields_of(line);
    if (fields.size() < 2 || fields[0].empty()) fail("the line is not a word and its numbers");
    const auto before = vectors_.values.size();
    const auto first = add_numbers(fields);
    const auto width = static_cast<std::int64_t>(vectors_.values.size() - before);
    if (vectors_.width == 0) vectors_.width = width;
    if (width != vectors_.width)
      fail("the word has " + std::to_string(width) + " numbers instead of " + std::to_string(vectors_.width) +
           ", as in line 1");
    words_.append(line.substr(0, static_cast<std::size_t>(fields[first].data() - line.data()) - 1)) += '\n';
    ++added_;
  }

  /// Adds the numbers of a line. Returns which field is the first number. The word before it may contain
  /// blanks, like some words of glove.840B, but no numbers: these more likely belong to a line with a
  /// malformed number.
  std::size_t add_numbers(const std::vector<std::string_view>& fields) {
    std::size_t first = 1;
    for (std::size_t i = 1; i < fields.size(); ++i) {
      if (const auto value = number<float>(fields[i])) {
        vectors_.values.push_back(*value);
      } else if (i == first && i + 1 < fields.size() && !has_all_numbers(fields.size() - 1)) {
        first = i + 1;
      } else {
        fail("malformed number `" + printable(fields[i], 24) + "`");
      }
    }
    return first;
  }
  /// Returns whether the number of fields after the first fits the numbers per word.
  bool has_all_numbers(std::size_t fields) const {
    return static_cast<std::int64_t>(fields) == vectors_.width;
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
  std::int64_t line_ = 0;                   ///< counted from 1
  std::int64_t added_ = 0, announced_ = 0;  ///< words; a header, if there is one, announces their number
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
