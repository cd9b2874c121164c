// Tells a run that was read twice, from two copies of a file, from one that was made again.
#pragma once

#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// Returns whether two runs of a method are the same one: of one call of fedmeta_bench, and with the same
/// rows. A run that is made again has other clocks.
bool is_copy(const Member& a, const Member& b);

}  // namespace fedmeta::report
