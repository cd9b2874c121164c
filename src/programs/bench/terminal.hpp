// The terminal that the user looks at, and lines that fit into it.
#pragma once

#include <cstddef>
#include <string>

namespace fedmeta::programs {

/// Columns of the terminal that standard output reaches, as it is now: windows get resized. 0 where it
/// reaches none, but a file or a pipe.
int terminal_columns();

/// The text with lines that are longer than `columns` (0 = no limit) broken between words; what follows is
/// indented by `indent`. Words stay whole.
std::string wrapped(const std::string& text, int columns, std::size_t indent);

/// Columns that a UTF-8 text takes, each character as one.
std::size_t display_width(const std::string& text);

}  // namespace fedmeta::programs
