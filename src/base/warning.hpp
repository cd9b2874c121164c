// Warnings: what a user must know although the program continues.
#pragma once

#include <string>

namespace fedmeta {

/// Prints the line `PROGRAM: warning: WHAT (WHERE): what to do` to standard error, as report_error() does.
/// The exit status stays 0. Says nothing where only errors are to be told (base/log_level.hpp).
void report_warning(const char* program, const std::string& what, const std::string& where,
                    const std::string& remedy);

}  // namespace fedmeta
