#include "report/output/text_sinks.hpp"

#include <algorithm>
#include <string_view>

#include "base/terminal_text.hpp"

namespace fedmeta::report {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Shortens a text to what fits into a picture, with dots for the rest, without splitting a UTF-8 character.
std::string shortened(const std::string& text) {
  constexpr std::size_t most = 200;
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

std::string in_small_letters(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// Quotes a text and doubles quotes inside it, as gnuplot's single quotes and CSV require.
std::string in_quotes(const std::string& text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) quoted.append(c == quote ? 2 : 1, c);
  return quoted + quote;
}

/// Returns whether the character at `i` has a meaning inside a line of Markdown. An underscore within a word
/// has none.
bool is_markup(std::string_view text, std::size_t i) {
  const bool in_word =
      i > 0 && i + 1 < text.size() && is_letter_or_digit(text[i - 1]) && is_letter_or_digit(text[i + 1]);
  switch (text[i]) {
    case '_':
      return !in_word;
    case ':':  // addresses become links automatically
      return text.substr(i).starts_with("://");
    case '.':
      return text.substr(0, i).ends_with("www");
    default:
      return std::string_view("\\`*[]|~$@#").find(text[i]) != std::string_view::npos;
  }
}

/// Returns whether a text would begin a list, a rule or an underlined heading. A negative number does not.
bool begins_block(std::string_view text) {
  const bool mark = text.starts_with('-') || text.starts_with('+') || text.starts_with('=');
  return mark && (text.size() == 1 || !is_letter_or_digit(text[1]));
}

}  // namespace

std::string gnuplot_string(const std::string& text) {
  return in_quotes(shortened(terminal_text(text)), '\'');
}

std::string gnuplot_tick(const std::string& text) {
  std::string format;
  for (const char c : gnuplot_string(text)) format.append(c == '%' ? 2 : 1, c);
  return format;
}

std::string gnuplot_file(const std::string& name) {
  return in_quotes("./" + terminal_text(name), '\'');
}

std::string gnuplot_comment(const std::string& text) {
  return shortened(terminal_text(text));
}

std::string html_text(const std::string& text) {
  std::string escaped;
  for (const char c : terminal_text(text)) switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  return escaped;
}

std::string markdown_text(const std::string& text) {
  const std::string line = terminal_text(text);
  std::string escaped;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '&' || c == '<' || c == '>') {  // some Markdown renderers do not accept a backslash before these
      escaped += c == '&' ? "&amp;" : c == '<' ? "&lt;" : "&gt;";
      continue;
    }
    if (is_markup(line, i) || (i == 0 && begins_block(line))) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string csv_text(const std::string& text) {
  if (text.empty()) return text;
  std::string field = terminal_text(text);
  if (std::string_view("=+-@").find(field.front()) != std::string_view::npos) field.insert(0, 1, '\'');
  return field.find_first_of(",\"") == std::string::npos ? field : in_quotes(field, '"');
}

std::string file_name(const std::string& text) {
  constexpr std::size_t longest = 100;
  const bool bad_beginning = text.empty() || text[0] == '.' || text[0] == '-';
  std::string name = (bad_beginning ? "_" : "") + text;
  name.resize(std::min(name.size(), longest));
  for (char& c : name)
    if (!is_letter_or_digit(c) && c != '.' && c != '-') c = '_';
  return name;
}

std::string FileNames::unique(const std::string& text) {
  const std::string base = file_name(text);
  std::string name = base;
  for (int n = 2; !taken_.insert(in_small_letters(name)).second; ++n) name = base + "-" + std::to_string(n);
  return name;
}

}  // namespace fedmeta::report
