// A stand-in for FEMNIST that needs no download: 62 glyphs drawn as pen strokes by writers with different
// hands. docs/generated-femnist.md explains it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/client.hpp"
#include "data/stand_in/generated_size.hpp"

namespace fedmeta::data {

/// Draws each writer from (seed, index) alone, so that any rank can make any client.
class GeneratedFemnist {
 public:
  GeneratedFemnist(const GeneratedSize& size, std::uint64_t seed);

  std::int64_t clients() const { return size_.clients; }
  /// Returns an id such as "g0000". Ids sort in the order of their indices.
  std::string id(std::int64_t index) const;
  std::int64_t samples(std::int64_t index) const;
  /// Returns the labels of one writer's samples, without drawing the images.
  std::vector<std::int32_t> labels(std::int64_t index) const;
  /// Draws all samples of one writer, as 784 bytes each.
  Client client(std::int64_t index) const;
  /// Draws every class once in one writer's hand: 62 images, for pictures.
  std::vector<std::uint8_t> alphabet(std::int64_t index) const;

 private:
  std::vector<std::uint8_t> draw(std::int64_t index, std::span<const std::int32_t> labels,
                                 std::string_view purpose) const;

  GeneratedSize size_;
  std::uint64_t seed_;
};

}  // namespace fedmeta::data
