#include "data/leaf/repeated_parts.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "data/leaf/leaf_content.hpp"

namespace fedmeta::data {
namespace {

std::vector<std::uint64_t> sorted_unique(std::vector<std::uint64_t> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

bool is_repetition(std::int64_t common, std::int64_t in_one, std::int64_t in_other) {
  const bool equal = common >= 2 && common == in_one && common == in_other;
  return equal || (common >= 3 && 2 * common >= std::min(in_one, in_other));
}

[[noreturn]] void fail(const std::string& user, std::int64_t common, const std::filesystem::path& earlier,
                       const std::filesystem::path& later) {
  const auto files =
      earlier == later ? later.string() + ", twice" : earlier.string() + " and " + later.string();
  throw Error(Status::input, "the same " + std::to_string(common) + " samples of a user are given twice",
              files + ", user " + printable(user),
              "remove the file that is left over, or the samples that are repeated");
}

}  // namespace

void RepeatedParts::note(User& user, std::size_t part, const Origins& different) {
  constexpr std::size_t most_parts = 8;  // or each part would be compared with all before it
  for (const auto origin : different)
    if (user.parts_with.count(origin) < most_parts) user.parts_with.emplace(origin, part);
}

void RepeatedParts::add(const Client& part, const std::filesystem::path& file) {
  if (part.origins.empty()) return;
  User& user = users_[part.id];
  auto different = sorted_unique(part.origins);
  const auto count = std::ssize(different);
  const bool repeats_itself = 10 * count < 9 * std::ssize(part.origins);
  if (user.parts.size() == 1) note(user, 0, std::exchange(user.first, {}));
  if (!user.parts.empty()) {
    std::unordered_map<std::size_t, std::int64_t> common;  // numbers of common samples, by earlier part
    for (const auto origin : different)
      for (auto [at, end] = user.parts_with.equal_range(origin); at != end; ++at) ++common[at->second];
    for (const auto& [earlier, samples] : common)
      if (!repeats_itself && !user.parts[earlier].repeats_itself &&
          is_repetition(samples, count, user.parts[earlier].different))
        fail(part.id, samples, user.parts[earlier].file, file);
    note(user, user.parts.size(), different);
  } else {
    user.first = std::move(different);
  }
  user.parts.push_back({file, count, repeats_itself});
}

}  // namespace fedmeta::data
