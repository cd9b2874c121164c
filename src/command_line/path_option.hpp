// Options that name files and folders.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

#include "base/error.hpp"

namespace fedmeta::command_line {

/// An option or positional `name` whose value is a path, or several. An empty one, such as a script's
/// variable that is not set, is Error(usage): it would mean the working folder.
template <class Paths>
CLI::Option* path_option(CLI::App& app, const std::string& name, Paths& paths, const std::string& help) {
  const auto check = [name](const std::string& path) -> std::string {
    if (path.empty())
      throw Error(Status::usage, "the path is empty", name, "give the name of a file or folder");
    return "";
  };
  return app.add_option(name, paths, help)->check(CLI::Validator(check, ""));
}

}  // namespace fedmeta::command_line
