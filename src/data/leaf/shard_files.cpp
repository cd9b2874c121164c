#include "data/leaf/shard_files.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "data/text_file.hpp"

namespace fedmeta::data {
namespace {

namespace fs = std::filesystem;

/// Folders in which LEAF's preprocess.sh keeps the stages before train/ and test/, and its notes.
constexpr std::array<std::string_view, 6> leaf_stages = {"raw_data",     "intermediate",  "all_data",
                                                         "sampled_data", "rem_user_data", "meta"};
constexpr std::array<std::string_view, 7> archives = {".zip", ".7z", ".rar", ".tar", ".tgz", ".tbz2", ".txz"};
constexpr std::array<std::string_view, 5> packers = {".gz", ".bz2", ".xz", ".zst", ".lz4"};
constexpr std::array<std::string_view, 7> notes = {".md",     ".md5", ".sha1", ".sha256",
                                                   ".sha512", ".asc", ".sig"};
constexpr int deepest_look = 2;  ///< levels of subfolders that are searched for shards

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

bool is_shard_name(const fs::path& path) {
  const auto name = path.filename().string();
  return name.ends_with(".json") || name.ends_with(".json.gz");
}

template <std::size_t n>
bool ends_with_one(const std::string& name, const std::array<std::string_view, n>& endings) {
  return std::any_of(endings.begin(), endings.end(), [&](auto ending) { return name.ends_with(ending); });
}

/// Returns whether a name looks like a shard: b.JSON, b.json.part, b.json.zip, b.jsonl, test.tar.gz, test.xz.
/// Word vectors, which often lie beside tweets, and packed texts or tables are no shards.
bool looks_like_shard(const fs::path& path) {
  const auto name = lower(path.filename().string());
  if (ends_with_one(name, notes) || name.starts_with("glove.")) return false;
  if (name.find(".json") != std::string::npos || ends_with_one(name, archives)) return true;
  const auto within = fs::path(name).stem().extension();
  return ends_with_one(name, packers) && (within.empty() || within == ".tar");
}

bool is_split_name(const fs::path& path) {
  const auto name = lower(path.filename().string());
  return name == "train" || name == "test";
}

/// Returns whether a folder, or one not far below it, has files that look like shards.
bool holds_shards(const fs::path& folder) {
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at.depth() >= deepest_look || is_hidden(at->path())) at.disable_recursion_pending();
    if (!is_hidden(at->path()) && looks_like_shard(at->path())) return true;
  }
  return static_cast<bool>(error);  // unknown, so it may
}

/// Returns why a shard cannot be opened, or an empty string if it can.
std::string unreadable(const fs::path& file) {
  return access(file.c_str(), R_OK) == 0 ? "" : std::generic_category().message(errno);
}

/// Sorts the content of a folder into files that are read and files that are passed over.
class Survey {
 public:
  /// Looks at a folder. `beside_split` means that it has train/ or test/, which contain the data.
  void look_at(const fs::path& folder, bool beside_split) {
    const auto first = files_.read.size();
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
      if (!is_hidden(at->path())) look_at_entry(at->path(), beside_split);
    if (error) pass_over(folder, "cannot read the folder: " + error.message());
    std::sort(files_.read.begin() + static_cast<std::ptrdiff_t>(first), files_.read.end(), by_plain_name);
  }
  std::size_t read() const { return files_.read.size(); }
  DataFiles take() {
    const auto by_path = [](const auto& a, const auto& b) { return a.path < b.path; };
    std::sort(files_.passed_over.begin(), files_.passed_over.end(), by_path);
    return std::move(files_);
  }
  void pass_over(const fs::path& path, const std::string& reason) {
    files_.passed_over.push_back({path, reason});
  }

 private:
  void look_at_entry(const fs::path& path, bool beside_split) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (error)
      pass_over(path, "cannot be opened: " + error.message());
    else if (fs::is_directory(status))
      look_at_folder(path, beside_split);
    else if (beside_split && is_split_name(path))
      pass_over(path, "not a folder");
    else if (!is_shard_name(path) && looks_like_shard(path))
      pass_over(path, "not *.json or *.json.gz");
    else if (is_shard_name(path))
      look_at_shard(path, fs::is_regular_file(status), beside_split);
  }
  void look_at_shard(const fs::path& path, bool is_file, bool beside_split) {
    if (!is_file)
      pass_over(path, "not a file");
    else if (beside_split)
      pass_over(path, "beside train/ and test/, which are read");
    else if (const auto reason = unreadable(path); !reason.empty())
      pass_over(path, "cannot be opened: " + reason);
    else
      files_.read.push_back(path);
  }
  void look_at_folder(const fs::path& path, bool beside_split) {
    const auto name = path.filename().string();
    const bool read = beside_split && (name == "train" || name == "test");
    const bool stage =
        beside_split && std::find(leaf_stages.begin(), leaf_stages.end(), name) != leaf_stages.end();
    if (!read && !stage && (looks_like_shard(path) || holds_shards(path)))
      pass_over(path, "a folder that holds such files");
  }
  /// Compares names as if no file were packed.
  static bool by_plain_name(const fs::path& a, const fs::path& b) {
    const auto plain = [](const fs::path& path) {
      return path.extension() == ".gz" ? path.stem() : path.filename();
    };
    return std::pair(plain(a), a) < std::pair(plain(b), b);
  }

  DataFiles files_;
};

[[noreturn]] void fail_nothing(const fs::path& path, const DataFiles& files) {
  std::string where = path.string();
  if (!files.passed_over.empty())
    where += "; not read: " + passed_over_list(names_of(files.passed_over, path));
  throw Error(Status::input, "the folder holds no *.json or *.json.gz files", where,
              "give the folder that holds train/ and test/, or the *.json files themselves");
}

}  // namespace

bool is_leaf_file(const fs::path& file) {
  if (is_shard_name(file) || lower(file.filename().string()).find(".json") != std::string::npos) return true;
  try {
    return TextFile(file).peek() == '{';
  } catch (const Error&) {
    return false;  // the reader reports what is wrong
  }
}

DataFiles shard_files(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (fs::is_regular_file(status)) return {{path}, {}};
  if (!fs::is_directory(status))
    throw Error(Status::input, "no such file or folder", path.string(), "give --data an existing path");
  Survey survey;
  const bool is_split = fs::is_directory(path / "train", error) || fs::is_directory(path / "test", error);
  for (const char* side : {"train", "test"}) {
    if (!fs::is_directory(path / side, error)) continue;
    const auto before = survey.read();
    survey.look_at(path / side, false);
    if (survey.read() == before) survey.pass_over(path / side, "a folder without *.json or *.json.gz");
  }
  survey.look_at(path, is_split);
  auto files = survey.take();
  if (files.read.empty()) fail_nothing(path, files);
  return files;
}

void refuse_passed_over(const std::vector<PassedOver>& passed_over) {
  if (passed_over.empty()) return;
  const auto others = passed_over.size() - 1;
  const auto& first = passed_over.front();
  throw Error(Status::input, "part of the data would not be read: " + first.reason,
              first.path.string() + (others > 0 ? " and " + std::to_string(others) + " more" : ""),
              "unpack, rename or move it, or give --allow-partial to go on without it");
}

std::vector<std::string> names_of(const std::vector<PassedOver>& passed_over, const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& one : passed_over) {
    const auto name = one.path.lexically_relative(folder);
    names.push_back((name.empty() ? one.path : name).generic_string());
  }
  return names;
}

std::vector<std::string> names_passed_over(const DataFiles& files, const fs::path& path, bool allowed,
                                           const std::string& before) {
  if (!allowed) refuse_passed_over(files.passed_over);
  auto names = names_of(files.passed_over, path);
  std::istringstream lines(before);
  for (std::string name; std::getline(lines, name);) names.push_back(name);
  return names;
}

std::string in_lines(const std::vector<std::string>& names) {
  std::string lines;
  for (const auto& name : names) lines += (lines.empty() ? "" : "\n") + name;
  return lines;
}

std::string passed_over_list(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 5;
  std::string list;
  for (std::size_t i = 0; i < std::min(shown, names.size()); ++i) list += (i > 0 ? ", " : "") + names[i];
  if (names.size() > shown) list += " and " + std::to_string(names.size() - shown) + " more";
  return list;
}

}  // namespace fedmeta::data
