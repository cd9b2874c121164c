// Products of bf16 numbers with fp32 sums in the processor's tiles: Intel's AMX, 16 rows of 64 bytes each.
#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

namespace fedmeta::kernels {

/// Returns whether this processor has such tiles and the system lets this process use them.
bool has_bf16_tiles();

/// The columns that a panel of the right factor has, and what the left factor's columns must be a multiple
/// of.
inline constexpr std::int64_t tile_panel_columns = 64, tile_depth = 32;

/// Adds x [n, depth] panel to the first `columns` columns of y [n, ...], whose rows are y_stride numbers
/// apart; depth is a multiple of tile_depth. The panel [depth / 2, 64, 2] has rows 2 i and 2 i + 1 of the
/// right factor side by side.
void add_tile_product(float* y, std::int64_t y_stride, const c10::BFloat16* x, std::int64_t n,
                      const c10::BFloat16* panel, std::int64_t depth, std::int64_t columns);

}  // namespace fedmeta::kernels
