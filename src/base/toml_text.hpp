// Checks of TOML before toml++ parses it, which takes some of it for granted.
#pragma once

#include <string>
#include <string_view>

namespace fedmeta {

/// Throws Error(usage), which names `file`, for texts on which toml++ 3.3 ends the program: keys of very many
/// parts, and sections without a name.
void check_toml_text(std::string_view text, const std::string& file);

}  // namespace fedmeta
