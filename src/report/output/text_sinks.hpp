// The only way for text to enter a script, a page, a table or a file name. Results files come from others and
// may contain anything. Each output therefore has a function through which their text passes, which keeps it
// text: never a command, markup, a formula or a path. base/terminal_text.hpp serves the terminal.
//
// All functions but file_name() return one line without control characters.
#pragma once

#include <set>
#include <string>

namespace fedmeta::report {

/// Returns a gnuplot string in single quotes, in which gnuplot knows neither escapes nor `commands` nor
/// @macros. Cuts texts that would fill the picture. Special characters are shown unchanged only if the
/// terminal is `noenhanced`, which write_figure() sets.
std::string gnuplot_string(const std::string& text);

/// Returns the label of a tick, which gnuplot treats as a number format.
std::string gnuplot_tick(const std::string& text);

/// Returns the name of a file in the script's own folder, equal to terminal_text(name). The leading ./ keeps
/// gnuplot from interpreting |, < and ~.
std::string gnuplot_file(const std::string& name);

/// Returns a comment for a data file, to follow #. Cuts long texts, too.
std::string gnuplot_comment(const std::string& text);

/// Returns the content of an element or a quoted attribute.
std::string html_text(const std::string& text);

/// Returns text for a paragraph, heading, cell or image description in Markdown (CommonMark, GitHub's
/// tables).
std::string markdown_text(const std::string& text);

/// Returns a field of RFC 4180, quoted if needed. Text that a spreadsheet would read as a formula gets a
/// leading apostrophe.
std::string csv_text(const std::string& text);

/// Returns a name of at most 100 characters out of A-Z a-z 0-9 . _ - that begins with a letter, a digit or _.
std::string file_name(const std::string& text);

/// Names of the files of one folder, which are distinct even if case is ignored.
class FileNames {
 public:
  /// Returns file_name(text), followed by -2, -3, ... if it is taken.
  std::string unique(const std::string& text);

 private:
  std::set<std::string> taken_;  ///< in lower case
};

}  // namespace fedmeta::report
