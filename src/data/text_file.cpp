#include "data/text_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "data/gunzip.hpp"

namespace fedmeta::data {
namespace {

using namespace std::string_view_literals;

constexpr std::uintmax_t least_buffer = std::size_t{1} << 12, most_buffer = std::size_t{1} << 18;
constexpr std::size_t longest_line = std::size_t{1} << 20;
constexpr const char* gzip_magic = "\x1f\x8b";

/// First bytes of files packed by other tools.
constexpr std::array<std::pair<std::string_view, const char*>, 6> packers = {{
    {"BZh", "bzip2"},
    {"\xfd"
     "7zXZ\0"sv,
     "xz"},
    {"\x28\xb5\x2f\xfd", "zstd"},
    {"PK\x03\x04", "zip"},
    {"7z\xbc\xaf\x27\x1c", "7-Zip"},
    {"\x04\x22\x4d\x18", "lz4"},
}};

}  // namespace

bool is_wide_text(std::string_view beginning) {
  return beginning.starts_with("\xff\xfe") || beginning.starts_with("\xfe\xff") ||
         beginning.starts_with("\0\0\xfe\xff"sv);
}

std::size_t byte_order_mark(std::string_view beginning) {
  return beginning.starts_with("\xef\xbb\xbf") ? 3 : 0;
}

TextFile::TextFile(const std::filesystem::path& file) : path_(file) {
  constexpr const char* remedy = "check the path and its permissions";
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (error) fail("cannot read the file: " + error.message(), remedy);
  if (!std::filesystem::is_regular_file(status)) fail("this is not a file", "give a regular file");
  file_.reset(std::fopen(file.c_str(), "rb"));
  if (!file_) fail("cannot read the file: " + std::generic_category().message(errno), remedy);
  const auto size = std::filesystem::file_size(file, error);
  buffer_.resize(std::clamp(error ? most_buffer : size, least_buffer, most_buffer));
  check_beginning();
}

TextFile::~TextFile() = default;

void TextFile::check_beginning() {
  fill();
  for (const auto& [magic, tool] : packers)
    if (ahead_.starts_with(magic)) fail(std::string("the file is packed (") + tool + ")", "unpack it first");
  if (ahead_.starts_with(gzip_magic)) {
    std::rewind(file_.get());
    gunzip_ = std::make_unique<Gunzip>([this](char* to, std::size_t most) { return read(to, most); });
    ahead_ = {};
    fill();
  }
  if (is_wide_text(ahead_))
    fail("the text is UTF-16 or UTF-32", "write it as UTF-8, as with: iconv -f UTF-16 -t UTF-8");
  ahead_.remove_prefix(byte_order_mark(ahead_));
}

void TextFile::fail(const std::string& what, const std::string& remedy) const {
  throw Error(Status::input, what, path_.string(), remedy);
}

std::size_t TextFile::read(char* to, std::size_t most) {
  const auto count = std::fread(to, 1, most, file_.get());
  if (count < most && std::ferror(file_.get()))
    fail("cannot read the file: " + std::generic_category().message(errno), "check the disk that it is on");
  return count;
}

std::size_t TextFile::read_packed(char* to, std::size_t most) try {
  return gunzip_ ? gunzip_->read(to, most) : read(to, most);
} catch (const GunzipProblem& problem) {
  fail(problem.what(), "fetch or write the file again");
}

/// Fills the buffer. Returns false at the end of the text.
bool TextFile::fill() {
  if (!ahead_.empty()) return true;
  ahead_ = {buffer_.data(), read_packed(buffer_.data(), buffer_.size())};
  return !ahead_.empty();
}

bool TextFile::next_line(std::string& line) {
  line.clear();
  if (!fill()) return false;
  for (bool ended = false; !ended && fill();) {
    const auto end = ahead_.find('\n');
    ended = end != std::string_view::npos;
    line.append(ahead_.substr(0, end));
    ahead_.remove_prefix(ended ? end + 1 : ahead_.size());
    if (line.size() > longest_line)
      fail("a line is longer than 1 MiB", "give the text file that the program reads, line by line");
  }
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

std::optional<std::string> TextFile::read_all(std::size_t most, std::size_t spare) {
  std::error_code unknown;
  const auto size = std::filesystem::file_size(path_, unknown);
  std::string text;
  text.reserve((unknown ? 0 : std::min<std::size_t>(size, most)) + spare);
  while (fill()) {
    text.append(std::exchange(ahead_, {}));
    if (text.size() > most) return {};
    // Directly into the text, as far as it has room, and a piece at a time: room that nobody has written to
    // takes no memory.
    const auto before = text.size(), room = text.capacity() - std::min(before + spare, text.capacity());
    text.resize(before + std::min({most_buffer, room, most + 1 - before}));
    text.resize(before + read_packed(text.data() + before, text.size() - before));
    if (text.size() > most) return {};
  }
  text.reserve(text.size() + spare);
  return text;
}

char TextFile::peek() {
  while (fill()) {
    const auto first = ahead_.find_first_not_of(" \t\r\n");
    ahead_.remove_prefix(std::min(first, ahead_.size()));
    if (!ahead_.empty()) return ahead_.front();
  }
  return '\0';
}

}  // namespace fedmeta::data
