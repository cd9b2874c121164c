// The nearest known name to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fedmeta::command_line {

/// The known name with the least edit distance (Levenshtein); "" where nothing is known.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

/// "did you mean NAME? known: A, B, C"
std::string did_you_mean(std::string_view name, const std::vector<std::string>& known);

}  // namespace fedmeta::command_line
