// A table for the terminal: the first column to the left, numbers to the right.
#pragma once

#include <string>
#include <vector>

#include "programs/bench/terminal.hpp"

namespace fedmeta::programs {

/// Lines with aligned columns, an underlined heading, each ended by a newline. Where the lines would be wider
/// than `columns` (0 = no limit), several tables with a blank line between them: each row goes on in the
/// next one, where it begins with its first cell again.
std::string text_table(const std::vector<std::vector<std::string>>& rows, int columns = terminal_columns());

/// With a thousand's prefix: 1.23 G, 45.6 M.
std::string with_prefix(double value);

}  // namespace fedmeta::programs
