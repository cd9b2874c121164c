// Which vector registers the kernels use. Each width has its own code, chosen at run time.
#pragma once

#include <vector>

namespace fedmeta::kernels {

/// Returns the widths in bytes, ascending, of the vector registers for which this machine has kernels: 16,
/// with FMA and AVX2 32, with FMA and AVX-512 (F, BW, DQ, VL) 64.
const std::vector<int>& vector_widths();

/// Returns the width that is used: the widest, or that of the environment variable FEDMETA_VECTOR_BYTES, with
/// which tests and comparisons take a narrower one. Throws Error (usage) if this machine has no such width.
int vector_width();

}  // namespace fedmeta::kernels
