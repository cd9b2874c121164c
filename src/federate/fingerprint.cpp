#include "federate/fingerprint.hpp"

#include <ATen/ATen.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "base/random.hpp"

namespace fedmeta::federate {
namespace {

bool all_finite(std::span<const float> values) {
  std::uint32_t not_finite = 0;  // branch-free, so that the loop vectorises
  for (const float value : values)
    not_finite |= (std::bit_cast<std::uint32_t>(value) & 0x7f800000U) == 0x7f800000U;
  return not_finite == 0;
}

/// Odd, so that no value's lowest changed bit is lost.
at::Tensor random_weights(std::int64_t count) {
  auto weights = at::empty({count}, at::kLong);
  Random random(1, "weights of a fingerprint");
  auto* next = weights.data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < count; ++i) *next++ = std::bit_cast<std::int64_t>(random.bits() | 1);
  return weights;
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

at::Tensor DeviceFingerprint::of(const at::Tensor& vector) {
  if (!weights_.defined() || weights_.numel() != vector.numel())
    weights_ = random_weights(vector.numel()).to(vector.device());
  const auto hash = vector.view(at::kInt).mul(weights_).sum();
  const auto [least, most] = at::aminmax(vector);  // both NaN if there is one
  const auto bits = [](const at::Tensor& number) { return number.reshape({1}).view(at::kInt); };
  return at::cat({bits(hash), bits(least), bits(most)});
}

Fingerprint DeviceFingerprint::read(const at::Tensor& fingerprint) {
  struct {
    std::uint64_t hash;
    float least, most;
  } found{};
  static_assert(sizeof found == 4 * sizeof(std::int32_t));
  std::memcpy(&found, fingerprint.const_data_ptr(), sizeof found);
  return {found.hash, std::isfinite(found.least) && std::isfinite(found.most)};
}

}  // namespace fedmeta::federate
