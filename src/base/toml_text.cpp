#include "base/toml_text.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace fedmeta {
namespace {

/// Refuses keys of very many parts. Each part is a table within a table, which toml++ deletes by calls within
/// calls: too many end the program.
void check_keys(std::string_view text, const std::string& file) {
  constexpr int most_parts = 1000;
  int parts = 1;
  for (const char c : text) {
    if (c == '\n' || c == ',' || c == '=' || c == '{' || c == '[')
      parts = 1;
    else if (c == '.' && ++parts > most_parts)
      throw Error(Status::usage, "a key of more than " + std::to_string(most_parts) + " parts", file,
                  "write KEY = VALUE");
  }
}

/// Refuses sections whose names do not begin as names do, which toml++ 3.3 takes for granted.
void check_sections(std::string_view text, const std::string& file) {
  constexpr auto blanks = " \t";
  const auto without_blanks = [](std::string_view line) {
    return line.substr(std::min(line.find_first_not_of(blanks), line.size()));
  };
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = without_blanks(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with('[')) continue;
    line = without_blanks(line.substr(line.starts_with("[[") ? 2 : 1));
    const bool is_name = !line.empty() && line.find_first_of(
                                              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                              "0123456789-_\"']") == 0;
    if (!is_name)
      throw Error(Status::usage, "not TOML: a section without a name",
                  file + ", line " + std::to_string(number), "write [SECTION]");
  }
}

}  // namespace

void check_toml_text(std::string_view text, const std::string& file) {
  check_keys(text, file);
  check_sections(text, file);
}

}  // namespace fedmeta
