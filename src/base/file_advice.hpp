// Advice for users when the system refuses access to a file, by errno.
#pragma once

#include <string>

namespace fedmeta {

/// Returns advice for a file that could not be written. `reason` is an errno; `option` is the option that
/// named the file, such as --output.
std::string advice_on_writing(int reason, const std::string& option);

/// Returns advice for a file that could not be read, or an empty string if `reason` (an errno) does not
/// explain it, in which case the file's content may be at fault.
std::string advice_on_reading(int reason);

}  // namespace fedmeta
