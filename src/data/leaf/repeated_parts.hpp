// Finds users whose samples are in two files, such as a shard left by another run of LEAF's scripts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/client.hpp"

namespace fedmeta::data {

/// Single equal samples are accepted, since real data have them, such as tweets sent twice. Two parts of a
/// user count as a repetition if they have the same samples, at least two different ones, or if at least
/// three samples are in both and make up half of the smaller part: another run draws other samples of the
/// same user. Users who repeat themselves within a part, like one role of the plays, are not judged, since
/// they do so in two parts as well. A sample that eight parts have says nothing of further ones.
class RepeatedParts {
 public:
  /// Records a user's part in `file` by its `origins`, which may be empty. Throws Error(input), which names
  /// both files and the user.
  void add(const Client& part, const std::filesystem::path& file);

 private:
  using Origins = std::vector<std::uint64_t>;
  struct Part {
    std::filesystem::path file;
    std::int64_t different = 0;   ///< number of distinct samples
    bool repeats_itself = false;  ///< more than a tenth of its samples repeat an earlier one
  };
  struct User {
    std::vector<Part> parts;
    Origins first;  ///< origins of the first part, while it is the only one
    std::unordered_multimap<std::uint64_t, std::size_t> parts_with;  ///< parts by origin, once there are two
  };

  static void note(User& user, std::size_t part, const Origins& different);

  std::unordered_map<std::string, User> users_;
};

}  // namespace fedmeta::data
