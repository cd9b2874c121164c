// A table for the terminal: the first column to the left, numbers to the right.
#pragma once

#include <string>
#include <vector>

namespace fedmeta::app {

/// Lines with aligned columns, an underlined heading, each ended by a newline.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

/// A number with a fixed count of decimals.
std::string decimal(double value, int decimals);
/// With a thousand's prefix: 1.23 G, 45.6 M.
std::string with_prefix(double value);

}  // namespace fedmeta::app
