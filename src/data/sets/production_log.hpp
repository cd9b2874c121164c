// A CSV log that says which user used which item when. docs/data.md describes the format.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "data/sets/production_features.hpp"

namespace fedmeta::data {

/// Number of services that users with more than `local_services` services keep (docs/protocols.md 5.3).
inline constexpr std::size_t kept_services = 36;

/// A user's records sorted by time, in file order within a second.
struct UserLog {
  std::string user;
  std::vector<UseRecord> records;
};

/// The content of a log: users sorted by id, and items in sorted order, whose places are the service numbers.
struct UseLog {
  std::vector<UserLog> users;
  std::vector<std::string> services;
};

/// Returns whether a file is a log, by its name or its header line: that names the users, which no line of a
/// play does so close to a comma.
bool is_use_log(const std::filesystem::path& file);

/// Reads a whole file. Users with more than 40 services keep their 36 most frequent (ties: used first).
/// Throws Error(input), which names file and line, for anything outside the format.
UseLog read_use_log(const std::filesystem::path& file);

/// Counts the users and services of a file without keeping its records. Throws like read_use_log.
UnifiedColumns count_use_log(const std::filesystem::path& file);

}  // namespace fedmeta::data
