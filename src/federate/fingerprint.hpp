// Tells in one pass over the parameters whether they are equal on all ranks, and finite.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace fedmeta::federate {

struct Fingerprint {
  std::uint64_t hash = 0;
  bool finite = true;
};

/// Returns the XXH3 hash of the bits: equal vectors have equal hashes, others practically never.
Fingerprint fingerprint(std::span<const float> values);

/// The same for vectors on a device, which are hashed there: the sum of the values' bits, each times an odd
/// random weight of its own, modulo 2^64 (a multilinear hash, Lemire & Kaser 2014). A single changed value
/// always changes it. The hashes are not those of XXH3, so all ranks have to use the same kind.
class DeviceFingerprint {
 public:
  /// Returns the fingerprint of an fp32 vector that is not empty, on its device: a few numbers for read().
  at::Tensor of(const at::Tensor& vector);
  /// Returns a fingerprint that has been copied to the CPU.
  static Fingerprint read(const at::Tensor& fingerprint);

 private:
  at::Tensor weights_;  ///< int64, on the device; made for the first vector
};

}  // namespace fedmeta::federate
