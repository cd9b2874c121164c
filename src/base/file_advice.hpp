// What to do where the system refuses a file, by its reason.
#pragma once

#include <string>

namespace fedmeta {

/// Advice for a file that could not be written; `reason` is an errno. `option` is where the file's place was
/// given, such as --output.
std::string advice_on_writing(int reason, const std::string& option);

/// Advice for a file that could not be read; empty where the reason says nothing about the file, so that its
/// content may be at fault.
std::string advice_on_reading(int reason);

}  // namespace fedmeta
