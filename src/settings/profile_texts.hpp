// The files of src/settings/profiles, as they were when the program was built.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace fedmeta::settings {

/// By their names without ".toml": "profiles", and one for each data set.
const std::map<std::string, std::string_view>& profile_texts();

}  // namespace fedmeta::settings
