// The one way by which text gets into a script, a page, a table or a file's name. Results files come from
// others and may say anything: whatever is in one reaches an output through the function of that output, and
// there it is text, never a command, markup, a formula or a path. For the terminal: base/terminal_text.hpp.
//
// All but file_name() give one line without control characters.
#pragma once

#include <set>
#include <string>

namespace fedmeta::report {

/// A string of a gnuplot script, in single quotes: there gnuplot knows neither escapes nor `commands` nor
/// @macros. Texts are cut where they would fill the picture. Its marks are shown as they are only where the
/// terminal is `noenhanced`, as write_figure() sets it.
std::string gnuplot_string(const std::string& text);

/// A tick's label, which gnuplot takes for a format of numbers.
std::string gnuplot_tick(const std::string& text);

/// The name of a file in the script's own folder, the same as terminal_text(name). The leading ./ keeps |, <
/// and ~ from being more than letters.
std::string gnuplot_file(const std::string& name);

/// What may stand behind the # of a data file, cut likewise.
std::string gnuplot_comment(const std::string& text);

/// For the content of an element or a quoted attribute.
std::string html_text(const std::string& text);

/// For a paragraph, a heading, a cell or an image's description of Markdown (CommonMark, GitHub's tables).
std::string markdown_text(const std::string& text);

/// A field of RFC 4180, in quotes where it needs them. What a spreadsheet would take for a formula gets an
/// apostrophe in front.
std::string csv_text(const std::string& text);

/// A name of A-Z a-z 0-9 . _ - alone, beginning with a letter, a digit or _, of at most 100 characters.
std::string file_name(const std::string& text);

/// Names of the files of one folder, which differ even where case does not count.
class FileNames {
 public:
  /// file_name(text); where that is taken, with -2, -3, ... behind it.
  std::string unique(const std::string& text);

 private:
  std::set<std::string> taken_;  ///< in small letters
};

}  // namespace fedmeta::report
