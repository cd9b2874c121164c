// Configuration files and command lines by the whole table of options, which needs libtorch.
#pragma once

#include <string_view>

namespace fedmeta::fuzz {

/// Return and throw as targets do.
int whole_configuration(std::string_view bytes);
int whole_arguments(std::string_view bytes);

}  // namespace fedmeta::fuzz
