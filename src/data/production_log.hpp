// A log of uses as CSV: which user used which item when. The format is described in docs/data.md.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "data/production_features.hpp"

namespace fedmeta::data {

/// Users with more than `local_services` services keep the records of this many (docs/protocols.md 5.3).
inline constexpr std::size_t kept_services = 36;

/// One user's records, sorted by time; those of the same second in file order.
struct UserLog {
  std::string user;
  std::vector<UseRecord> records;
};

/// A log as read: users sorted by id, and the items in sorted order, whose places are the service numbers.
struct UseLog {
  std::vector<UserLog> users;
  std::vector<std::string> services;
};

/// Reads a whole file. Users of more than 40 services are cut to their 36 most frequent (ties: used first).
/// Throws Error(input) naming file and line for anything that is not of the format.
UseLog read_use_log(const std::filesystem::path& file);

/// Users and services of a file, without keeping its records. Throws as read_use_log.
UnifiedColumns count_use_log(const std::filesystem::path& file);

}  // namespace fedmeta::data
