// A stand-in for Shakespeare that needs no download: roles that speak one made-up language, each in its own
// way. How and why: docs/data.md.
#pragma once

#include <cstdint>
#include <string>

#include "data/generated_language.hpp"
#include "data/generated_size.hpp"

namespace fedmeta::data {

/// The subset of Chen et al. 2018 (Table 1; k = 20).
constexpr GeneratedSize paper_shakespeare{528, 1183, 1218, 20};

/// Roles are drawn independently of each other from (seed, index), so that any rank can make any client.
class GeneratedShakespeare {
 public:
  /// Throws Error(usage) for impossible sizes.
  GeneratedShakespeare(const GeneratedSize& size, std::uint64_t seed);

  std::int64_t clients() const { return size_.clients; }
  /// "role_0000", "role_0001", ...
  std::string id(std::int64_t index) const;
  std::int64_t samples(std::int64_t index) const;
  /// What the role says: 80 characters more than it has samples, all of them in LEAF's table of 80.
  std::string speech(std::int64_t index) const;

 private:
  GeneratedSize size_;
  std::uint64_t seed_;
  Language language_;
};

}  // namespace fedmeta::data
