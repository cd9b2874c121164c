// Text files as every reader opens them: unpacked where they are gzip'd, and without a byte order mark.
#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fedmeta::data {

/// Whether a text is UTF-16 or UTF-32, by its byte order mark: no reader here takes those.
bool is_wide_text(std::string_view beginning);
/// Length of the byte order mark of UTF-8 that the text begins with: 3 or 0.
std::size_t byte_order_mark(std::string_view beginning);

class Gunzip;

/// One file, from front to back. What it is packed with is told by its first bytes, not by its name. Every
/// function throws Error(input) naming the file: where it is no regular file, cannot be read, is damaged or
/// cut short, is packed by another tool, is UTF-16, or unpacks to very much more than its size.
class TextFile {
 public:
  explicit TextFile(const std::filesystem::path& file);
  ~TextFile();
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  /// The next line, without "\n" or "\r\n"; false after the last one. A line has at most 1 MiB.
  bool next_line(std::string& line);
  /// All that is left, with `spare` bytes of capacity behind it; nothing where that is more than `most`
  /// bytes.
  std::optional<std::string> read_all(std::size_t most, std::size_t spare = 0);
  /// The next byte that is not white space, which stays; 0 at the end.
  char peek();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  bool fill();
  std::size_t read(char* to, std::size_t most);
  std::size_t read_packed(char* to, std::size_t most);
  void check_beginning();
  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const;

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::unique_ptr<Gunzip> gunzip_;  ///< where the file is gzip'd
  std::vector<char> buffer_;
  std::string_view ahead_;  ///< of the buffer, what has been read and not taken
};

}  // namespace fedmeta::data
