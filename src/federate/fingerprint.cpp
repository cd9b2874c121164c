#include "federate/fingerprint.hpp"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <memory>

namespace fedmeta::federate {
namespace {

bool all_finite(std::span<const float> values) {
  std::uint32_t not_finite = 0;  // branch-free, so that the loop vectorises
  for (const float value : values)
    not_finite |= (std::bit_cast<std::uint32_t>(value) & 0x7f800000U) == 0x7f800000U;
  return not_finite == 0;
}

}  // namespace

Fingerprint fingerprint(std::span<const float> values) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), XXH3_freeState);
  XXH3_64bits_reset(state.get());
  Fingerprint result;
  constexpr std::size_t piece = 1 << 14;  // 64 KiB: the second reading finds it in the cache
  for (std::size_t begin = 0; begin < values.size(); begin += piece) {
    const auto part = values.subspan(begin, std::min(piece, values.size() - begin));
    XXH3_64bits_update(state.get(), part.data(), part.size_bytes());
    result.finite = result.finite && all_finite(part);
  }
  result.hash = XXH3_64bits_digest(state.get());
  return result;
}

}  // namespace fedmeta::federate
