// Finds users whose samples stand in two files, such as a shard that another run of LEAF's scripts left.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/client.hpp"

namespace fedmeta::data {

/// Single equal samples are let pass: real data have them, such as tweets sent twice. Two parts of a user are
/// taken for a repetition where they have the same samples, at least two different ones, or where at least
/// three stand in both and those are half of the smaller part: another run draws other samples of the same
/// user.
/// Who repeats himself within a part, as one role of the plays does, is not judged: he will in two parts as
/// well.
class RepeatedParts {
 public:
  /// Notes what `file` holds of a user, by its `origins`, which may be empty. Throws Error(input) naming both
  /// files and the user.
  void add(const Client& part, const std::filesystem::path& file);

 private:
  using Origins = std::vector<std::uint64_t>;
  struct Part {
    std::filesystem::path file;
    std::int64_t different = 0;   ///< samples that differ from each other
    bool repeats_itself = false;  ///< more than a tenth of its samples are in it before
  };
  struct User {
    std::vector<Part> parts;
    Origins first;  ///< of the first part, while it is the only one
    std::unordered_multimap<std::uint64_t, std::size_t> parts_with;  ///< by origin, once there are two
  };

  static void note(User& user, std::size_t part, const Origins& different);

  std::unordered_map<std::string, User> users_;
};

}  // namespace fedmeta::data
