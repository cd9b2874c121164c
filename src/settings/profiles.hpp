// Presets: what a source prescribes, and what our own comparisons use. The texts are in
// src/settings/profiles.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "settings/toml.hpp"

namespace fedmeta {

/// Returns the texts of the profile files, as built into the program, by file name without extension.
const std::map<std::string, std::string_view>& profile_texts();

}  // namespace fedmeta

namespace fedmeta::settings {

/// Returns the names of the profiles, in the order of --help.
std::vector<std::string> profile_names();

/// Returns a profile's options and values: its base's before its own, and those for all data sets before
/// those for this one. If an option occurs more than once, the last one counts. Throws Error(usage) for an
/// unknown profile or data set, and for a profile whose source did not use the data set.
std::vector<TomlItem> profile_items(const std::string& profile, const std::string& dataset);

}  // namespace fedmeta::settings
