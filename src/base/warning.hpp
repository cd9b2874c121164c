// What a user must know although the program goes on.
#pragma once

#include <string>

namespace fedmeta {

/// Prints `PROGRAM: warning: WHAT (WHERE): what to do` as one line on standard error, as report_error() does.
/// The status stays 0.
void report_warning(const char* program, const std::string& what, const std::string& where,
                    const std::string& remedy);

}  // namespace fedmeta
