// A stand-in for Shakespeare that needs no download: roles that speak one made-up language, each in its own
// way. docs/data.md explains it.
#pragma once

#include <cstdint>
#include <string>

#include "data/stand_in/generated_language.hpp"
#include "data/stand_in/generated_size.hpp"

namespace fedmeta::data {

/// The subset of Chen et al. 2018 (Table 1; k = 20).
constexpr GeneratedSize paper_shakespeare{528, 1183, 1218, 20};

/// Draws each role from (seed, index) alone, so that any rank can make any client.
class GeneratedShakespeare {
 public:
  /// Throws Error(usage) for impossible sizes.
  GeneratedShakespeare(const GeneratedSize& size, std::uint64_t seed);

  std::int64_t clients() const { return size_.clients; }
  /// Returns an id such as "role_0000".
  std::string id(std::int64_t index) const;
  std::int64_t samples(std::int64_t index) const;
  /// Returns the role's text, which is 80 characters longer than its number of samples. All characters are
  /// among LEAF's 80.
  std::string speech(std::int64_t index) const;

 private:
  GeneratedSize size_;
  std::uint64_t seed_;
  Language language_;
};

}  // namespace fedmeta::data
