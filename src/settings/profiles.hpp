// Presets: what a source fixes, and what our own comparisons use. src/settings/profiles has them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "settings/toml.hpp"

namespace fedmeta {

/// Texts of the files, as they were when the program was built, by their names without the ending.
const std::map<std::string, std::string_view>& profile_texts();

}  // namespace fedmeta

namespace fedmeta::settings {

/// In the order of --help.
std::vector<std::string> profile_names();

/// Options and their values, what a profile says of all data sets before what it says of this one, and of its
/// base before its own; of each option the last one holds. Throws Error(usage) for an unknown profile or data
/// set, and for a profile whose source did not use the data set.
std::vector<TomlItem> profile_items(const std::string& profile, const std::string& dataset);

}  // namespace fedmeta::settings
