#include "data/sets/tokenise.hpp"

#include <algorithm>

namespace fedmeta::data {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || is_upper(c) || (c >= '0' && c <= '9') || c == '_' || c == '\'' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_mark(char c) {
  return std::string_view(".,!?;").find(c) != std::string_view::npos;
}

}  // namespace

std::vector<std::string_view> tokenise(std::string_view text, std::size_t most) {
  std::vector<std::string_view> tokens;
  for (auto at = text.begin(); at != text.end() && tokens.size() < most;) {
    const auto end = is_mark(*at) ? at + 1 : std::find_if_not(at, text.end(), is_word);
    if (end != at) tokens.emplace_back(at, end);
    at = end != at ? end : at + 1;
  }
  return tokens;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

}  // namespace fedmeta::data
