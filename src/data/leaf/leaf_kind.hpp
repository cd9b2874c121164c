// What a LEAF file holds, without reading all of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace fedmeta::data {

/// What a sample of a LEAF file looks like: a string, a list with strings, or so many numbers.
struct LeafSample {
  enum class Kind : std::uint8_t { text, texts, numbers };
  Kind kind;
  std::int64_t numbers = 0;

  bool operator==(const LeafSample&) const = default;
};

/// Returns the look of the first sample of a file, or nothing if no sample is found; a reader will then
/// report what is wrong.
std::optional<LeafSample> first_leaf_sample(const std::filesystem::path& file);

}  // namespace fedmeta::data
