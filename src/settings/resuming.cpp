#include "settings/resuming.hpp"

#include <map>
#include <set>
#include <sstream>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/joined.hpp"

namespace fedmeta::settings {
namespace {

bool is_rounds(std::string_view key) {
  return key == "rounds" || key == "stage2-rounds";
}

/// The entries of a list of ALGORITHM.KEY=VALUE, as TOML has it, without those that are numbers of rounds.
std::string without_rounds(std::string_view list) {
  std::vector<std::string> kept;
  for (std::size_t begin = list.find('"'); begin != std::string_view::npos;) {
    const auto end = list.find('"', begin + 1);
    const auto entry = list.substr(begin + 1, end - begin - 1);
    const auto dot = entry.find('.'), equals = entry.find('=');
    if (!is_rounds(entry.substr(dot + 1, equals - dot - 1))) kept.emplace_back(entry);
    begin = end == std::string_view::npos ? end : list.find('"', end + 1);
  }
  return joined(kept, ", ");
}

/// Keys and values of settings_toml's lines.
std::map<std::string, std::string> lines_of(const std::string& toml) {
  std::map<std::string, std::string> lines;
  std::istringstream in(toml);
  for (std::string line; std::getline(in, line);) {
    const auto equals = line.find(" = ");
    if (equals == std::string::npos) continue;
    const auto key = line.substr(0, equals), value = line.substr(equals + 3);
    if (is_rounds(key)) continue;
    const auto text = key == "set" ? without_rounds(value) : value;
    if (!text.empty()) lines[key] = text;
  }
  return lines;
}

std::string shown(const std::map<std::string, std::string>& lines, const std::string& key) {
  const auto found = lines.find(key);
  return found == lines.end() ? "without " + key : key + " = " + found->second;
}

}  // namespace

void check_same_settings(const std::string& before, const Settings& now) {
  std::set<std::string> harmless{"checkpoint-every", "cuda-graphs", "data",   "force",         "log-level",
                                 "output",           "progress",    "resume", "stall-warning", "trace"};
  if (now.reduction != "reproducible") harmless.insert({"threads", "device"});
  const auto then = lines_of(before), today = lines_of(settings_toml(now));
  std::set<std::string> keys;
  for (const auto* lines : {&then, &today})
    for (const auto& [key, value] : *lines) keys.insert(key);
  for (const auto& key : keys) {
    if (harmless.contains(key) || shown(then, key) == shown(today, key)) continue;
    throw Error(Status::usage,
                "the run was begun " + std::string(then.contains(key) ? "with " : "") + shown(then, key),
                "--resume " + std::string(today.contains(key) ? "with " : "") + shown(today, key),
                "give the settings it was begun with, or another --output");
  }
}

}  // namespace fedmeta::settings
