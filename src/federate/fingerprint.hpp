// Whether all ranks hold the same parameters, and finite ones, in one pass over them.
#pragma once

#include <cstdint>
#include <span>

namespace fedmeta::federate {

struct Fingerprint {
  std::uint64_t hash = 0;
  bool finite = true;
};

/// XXH3 of the bits: equal vectors have equal hashes, unequal ones practically never.
Fingerprint fingerprint(std::span<const float> values);

}  // namespace fedmeta::federate
