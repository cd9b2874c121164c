// Text from files, users and other machines, made fit for a line on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace fedmeta {

/// One line of UTF-8 that moves no cursor: control characters, those that turn the direction of writing and
/// bytes that are not UTF-8 come out as escapes: \n, \x1b, \u202e. The rest stays as it is.
std::string terminal_text(std::string_view text);

}  // namespace fedmeta
