// Opens text files for all readers: unpacks gzip and skips a byte order mark.
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

/// Returns whether a text is UTF-16 or UTF-32, by its byte order mark. No reader accepts those.
bool is_wide_text(std::string_view beginning);
/// Returns the length of the UTF-8 byte order mark at the beginning of a text, 3 or 0.
std::size_t byte_order_mark(std::string_view beginning);

class Gunzip;

/// Reads one file from beginning to end. Recognises packed files by their first bytes, not by their name. All
/// functions throw Error(input), which names the file, if it is not a regular file, cannot be read, is
/// damaged or truncated, was packed by another tool, is UTF-16, or unpacks to a multiple of its size that
/// suggests a gzip bomb.
class TextFile {
 public:
  explicit TextFile(const std::filesystem::path& file);
  ~TextFile();
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  /// Reads the next line without "\n" or "\r\n". Returns false after the last line. Lines have at most 1 MiB.
  bool next_line(std::string& line);
  /// Returns the rest of the file, with `spare` further bytes of capacity, or nothing if it has more than
  /// `most` bytes.
  std::optional<std::string> read_all(std::size_t most, std::size_t spare = 0);
  /// Returns the next byte that is not white space, without consuming it, or 0 at the end.
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
  std::unique_ptr<Gunzip> gunzip_;  ///< if the file is gzip'd
  std::vector<char> buffer_;
  std::string_view ahead_;  ///< part of the buffer that is read but not consumed
};

}  // namespace fedmeta::data
