// The profiles that are compiled in: profiles.toml, which says what each says of all data sets, and a file
// for each data set.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fedmeta {

/// Texts of the files, by their names without the ending.
const std::map<std::string, std::string_view>& profile_texts();

}  // namespace fedmeta

namespace fedmeta::settings {

/// In the order of profiles.toml.
std::vector<std::string> profile_names();

}  // namespace fedmeta::settings
