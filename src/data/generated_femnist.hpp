// A stand-in for FEMNIST that needs no download: 62 glyphs drawn as pen strokes by writers of differing
// hands. How and why: docs/generated-femnist.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/client.hpp"
#include "data/generated_size.hpp"

namespace fedmeta::data {

/// Writers are drawn independently of each other from (seed, index), so that any rank can make any client.
class GeneratedFemnist {
 public:
  GeneratedFemnist(const GeneratedSize& size, std::uint64_t seed);

  std::int64_t clients() const { return size_.clients; }
  /// Ids sort in the order of their indices: "g0000", "g0001", ...
  std::string id(std::int64_t index) const;
  std::int64_t samples(std::int64_t index) const;
  /// What one writer wrote, without the images.
  std::vector<std::int32_t> labels(std::int64_t index) const;
  /// Draws and renders all samples of one writer: bytes, 784 each.
  Client client(std::int64_t index) const;
  /// The same writer's hand on every class once: 62 images, for pictures.
  std::vector<std::uint8_t> alphabet(std::int64_t index) const;

 private:
  std::vector<std::uint8_t> draw(std::int64_t index, std::span<const std::int32_t> labels,
                                 std::string_view purpose) const;

  GeneratedSize size_;
  std::uint64_t seed_;
};

}  // namespace fedmeta::data
