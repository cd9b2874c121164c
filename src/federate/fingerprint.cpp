#include "federate/fingerprint.hpp"

#include <array>
#include <bit>

namespace fedmeta::federate {

Fingerprint fingerprint(std::span<const float> values) {
  // Eight independent 32-bit FNV-1a lanes, so that the loop vectorises.
  constexpr std::size_t lanes = 8;
  std::array<std::uint32_t, lanes> lane;
  std::array<std::uint32_t, lanes> not_finite{};
  lane.fill(0x811c9dc5U);
  const auto absorb = [&](std::size_t l, float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    lane[l] = (lane[l] ^ bits) * 0x01000193U;
    lane[l] ^= lane[l] >> 15;
    not_finite[l] |= (bits & 0x7f800000U) == 0x7f800000U;
  };
  std::size_t i = 0;
  for (; i + lanes <= values.size(); i += lanes)
    for (std::size_t l = 0; l < lanes; ++l) absorb(l, values[i + l]);
  for (; i < values.size(); ++i) absorb(i % lanes, values[i]);

  Fingerprint result;
  for (std::size_t l = 0; l < lanes; ++l) {
    result.hash = (result.hash ^ lane[l]) * 0x100000001b3ULL;
    result.finite = result.finite && not_finite[l] == 0;
  }
  return result;
}

}  // namespace fedmeta::federate
