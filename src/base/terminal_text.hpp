// Makes text from files, users and other machines safe to print on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace fedmeta {

/// Returns one line of UTF-8 that cannot move the cursor: control characters, changes of writing direction
/// and bytes that are not UTF-8 become escapes such as \n, \x1b, \u202e. Everything else stays unchanged.
std::string terminal_text(std::string_view text);

}  // namespace fedmeta
