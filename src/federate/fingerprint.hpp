// Tells in one pass over the parameters whether they are equal on all ranks, and finite.
#pragma once

#include <cstdint>
#include <span>

namespace fedmeta::federate {

struct Fingerprint {
  std::uint64_t hash = 0;
  bool finite = true;
};

/// Returns the XXH3 hash of the bits: equal vectors have equal hashes, others practically never.
Fingerprint fingerprint(std::span<const float> values);

}  // namespace fedmeta::federate
