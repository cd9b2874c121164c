// A stand-in for the private production data of Chen et al. 2018 (Table 1): users with habits that depend on
// hour and place, and with services that they take up late. The rules are those of docs/protocols.md 5.4.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "data/sets/production_features.hpp"
#include "data/stand_in/generated_femnist.hpp"

namespace fedmeta::data {

/// The paper's Table 1.
inline constexpr GeneratedSize production_size{9369, 686, 374, 100};
inline constexpr std::int64_t production_services = 2420;
/// Largest number of records of a user. The smallest is the size's minimum.
inline constexpr std::int64_t most_uses = 6000;

/// Draws each user from (seed, index) alone, so that any rank can make any user.
class ProdSim {
 public:
  /// Throws Error(usage) for impossible sizes.
  ProdSim(const GeneratedSize& size, std::uint64_t seed);

  std::int64_t clients() const { return size_.clients; }
  /// Returns an id such as "u00000". Ids sort in the order of their indices.
  std::string id(std::int64_t index) const;
  std::int64_t samples(std::int64_t index) const;
  /// Returns a user's records in order of time. Services are numbered by popularity, 0 .. 2419.
  std::vector<UseRecord> records(std::int64_t index) const;

 private:
  GeneratedSize size_;
  std::uint64_t seed_;
  std::vector<double> popularity_;         ///< cumulative, Zipf(1)
  std::vector<std::int8_t> category_of_;   ///< of each service
  std::array<double, 14> preferred_hour_;  ///< of each category
};

}  // namespace fedmeta::data
