// The terminal at which the user looks, and lines that fit its width.
#pragma once

#include <cstddef>
#include <string>

namespace fedmeta::programs {

/// Returns the present columns of the terminal that standard output reaches; windows may be resized. Returns
/// 0 if output goes to a file or a pipe.
int terminal_columns();

/// Returns the text with lines longer than `columns` (0 = no limit) broken between words, and continuation
/// lines indented by `indent`. Words stay whole.
std::string wrapped(const std::string& text, int columns, std::size_t indent);

/// Returns the columns that a UTF-8 text takes, one for each character.
std::size_t display_width(const std::string& text);

}  // namespace fedmeta::programs
