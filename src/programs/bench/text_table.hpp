// Tables for the terminal: the first column aligned left, numbers right.
#pragma once

#include <string>
#include <vector>

#include "programs/bench/terminal.hpp"

namespace fedmeta::programs {

/// Returns lines with aligned columns and an underlined heading, each ending in a newline. If lines would be
/// wider than `columns` (0 = no limit), splits them into several tables, separated by a blank line, in which
/// each row begins with its first cell again.
std::string text_table(const std::vector<std::vector<std::string>>& rows, int columns = terminal_columns());

/// Returns a number with a metric prefix: 1.23 G, 45.6 M.
std::string with_prefix(double value);

}  // namespace fedmeta::programs
