#include "data/sets/gutenberg.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <unordered_map>
#include <utility>

namespace fedmeta::data {
namespace {

constexpr std::string_view author_line = "by William Shakespeare";
constexpr std::size_t longest_title = 200;  ///< characters that count: the title is in the id of every role

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_word_character(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return upper;
}

std::string_view stripped(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  return first == text.npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  lines.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

struct RoleLines {
  std::string name;
  std::vector<std::string_view> lines;
};

struct Play {
  std::string title;
  std::vector<RoleLines> roles;                          ///< in order of appearance
  std::unordered_map<std::string, std::size_t> role_of;  ///< by name
};

/// Tracks the speaker, line by line.
///
/// LEAF bounds the plays by line numbers of the 1994 file. Other postings have another front matter, so this
/// reader does not count lines. It need not: the texts before and after the plays (licence, sonnets, a poem)
/// form "plays" of at most one role, which are dropped anyway.
class Speakers {
 public:
  void open_play(std::string title) {
    // This play lost its indentation.
    unindented_ = title == "THE COMEDY OF ERRORS";
    plays_.push_back({std::move(title), {}, {}});
    speaker_.reset();
  }
  void read(std::string_view line) {
    if (plays_.empty()) return;
    if (const auto [name, speech] = split_speaker(line); !name.empty()) {
      set_speaker(upper_case(name), speech);
    } else if (speaker_) {
      continue_speech(line);
    }
  }
  std::vector<Play> take() { return std::move(plays_); }

 private:
  /// Splits "  Name. Speech". The name is empty for any other line.
  std::pair<std::string_view, std::string_view> split_speaker(std::string_view line) const {
    const std::string_view indent = unindented_ ? "" : "  ";
    if (!line.starts_with(indent)) return {};
    line.remove_prefix(indent.size());
    if (line.empty() || !is_letter(line.front())) return {};
    const auto end =
        std::find_if_not(line.begin(), line.end(), [](char c) { return is_letter(c) || c == ' '; });
    const auto length = static_cast<std::size_t>(end - line.begin());
    if (!line.substr(length).starts_with(". ")) return {};
    return {line.substr(0, length), line.substr(length + 2)};
  }
  void set_speaker(std::string name, std::string_view speech) {
    speaker_.reset();
    if (unindented_ && name.starts_with("ACT ")) return;
    auto& [title, roles, role_of] = plays_.back();
    const auto [known, is_new] = role_of.try_emplace(name, roles.size());
    if (is_new) roles.push_back({std::move(name), {}});
    speaker_ = known->second;
    roles[*speaker_].lines.push_back(speech);
  }
  /// Continues a speech. Stage directions and headings are skipped, and the speech may go on after them.
  void continue_speech(std::string_view line) {
    const std::string_view indent = unindented_ ? "" : "    ";
    if (!line.starts_with(indent)) return;
    if (unindented_ && line.starts_with('<'))
      speaker_.reset();
    else
      plays_.back().roles[*speaker_].lines.push_back(line.substr(indent.size()));
  }

  std::vector<Play> plays_;
  std::optional<std::size_t> speaker_;  ///< index of a role of the last play
  bool unindented_ = false;
};

/// Returns the title, which is 2 to 6 lines above the author, or 7 lines if those are blank.
std::string title_above(const std::vector<std::string_view>& lines, std::size_t author) {
  std::string_view title;
  for (std::size_t up = 2; up <= 7 && up <= author && title.empty(); ++up)
    title = stripped(lines[author - up]);
  return std::string(title.substr(0, longest_title));
}

std::string fold_blanks(const std::vector<std::string_view>& lines) {
  std::string folded;
  const auto add = [&folded](char c) {
    if (c != ' ' || !folded.ends_with(' ')) folded += c;
  };
  for (const auto line : lines) {
    std::for_each(line.begin(), line.end(), add);
    add(' ');
  }
  return folded;
}

/// Returns LEAF's user id: each blank becomes _, then each run of other characters becomes one _.
std::string user_id(const std::string& play, const std::string& role) {
  std::string id;
  bool in_run = false;
  for (const char c : play + "_" + role) {
    const bool is_run = c != ' ' && !is_word_character(c);
    if (!is_run)
      id += c == ' ' ? '_' : c;
    else if (!in_run)
      id += '_';
    in_run = is_run;
  }
  return id;
}

}  // namespace

std::vector<SpeakingRole> parse_gutenberg(std::string_view text) {
  const std::vector<std::string_view> lines = split_lines(text);
  Speakers speakers;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].find(author_line) != std::string_view::npos)
      speakers.open_play(title_above(lines, i));
    else
      speakers.read(lines[i]);
  }
  std::vector<SpeakingRole> spoken;
  for (const Play& play : speakers.take()) {
    if (play.roles.size() <= 1) continue;
    for (const RoleLines& role : play.roles)
      if (role.lines.size() > 2)
        spoken.push_back({user_id(play.title, role.name), play.title, fold_blanks(role.lines)});
  }
  return spoken;
}

}  // namespace fedmeta::data
