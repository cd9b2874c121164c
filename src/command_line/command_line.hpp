// The command line as every program reads it, and what is wrong with it in this project's words.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace fedmeta::command_line {

/// Reads the arguments into what the options of `app` are for. Throws Error(usage) with one cause: an unknown
/// option (with the nearest known name), an impossible or empty value, an option that is given twice. Throws
/// CLI::Success where --help or --version is asked for.
void parse_arguments(CLI::App& app, int argc, const char* const* argv);

/// What the parser found wrong, as Error(usage). `origin` says where the option stands if not by itself on
/// the command line.
[[noreturn]] void report_usage(const CLI::App& app, const CLI::ParseError& error,
                               const std::string& origin = "");

}  // namespace fedmeta::command_line
