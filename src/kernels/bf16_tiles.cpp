#include "kernels/bf16_tiles.hpp"

#include <algorithm>
#include <array>

#ifdef __x86_64__
#include <ATen/cpu/Utils.h>
#include <cpuid.h>
#include <immintrin.h>
#define FEDMETA_TILES __attribute__((target("amx-tile,amx-bf16")))
#endif

namespace fedmeta::kernels {

#ifdef __x86_64__
namespace {

constexpr int tile_rows = 16, row_bytes = 64;

/// What the processor reads from memory to size its tiles.
struct alignas(64) TileSizes {
  std::uint8_t palette = 1;
  std::array<std::uint8_t, 15> reserved{};
  std::array<std::uint16_t, 16> bytes_per_row{};
  std::array<std::uint8_t, 16> rows{};
};

/// Sizes tiles 0 to 3, the sums, and 4, of the left factor, to `rows` rows; 5 and 6, of the right one, are
/// full.
FEDMETA_TILES void size_tiles(int rows) {
  TileSizes sizes;
  for (std::size_t tile = 0; tile < 7; ++tile) {
    sizes.bytes_per_row[tile] = row_bytes;
    sizes.rows[tile] = static_cast<std::uint8_t>(tile < 5 ? rows : tile_rows);
  }
  _tile_loadconfig(&sizes);
}

/// Adds the product of at most 16 rows to y [.., 64].
FEDMETA_TILES void add_rows(float* y, std::int64_t y_stride, const c10::BFloat16* x,
                            const c10::BFloat16* panel, std::int64_t depth) {
  const auto line = static_cast<std::int64_t>(sizeof(float)) * y_stride, x_line = 2 * depth;
  constexpr std::int64_t panel_line = 4 * tile_panel_columns;
  _tile_loadd(0, y, line);
  _tile_loadd(1, y + 16, line);
  _tile_loadd(2, y + 32, line);
  _tile_loadd(3, y + 48, line);
  for (std::int64_t k = 0; k < depth; k += tile_depth) {
    const auto* const lines = panel + k * tile_panel_columns;
    _tile_loadd(4, x + k, x_line);
    _tile_loadd(5, lines, panel_line);
    _tile_dpbf16ps(0, 4, 5);
    _tile_loadd(6, lines + 32, panel_line);
    _tile_dpbf16ps(1, 4, 6);
    _tile_loadd(5, lines + 64, panel_line);
    _tile_dpbf16ps(2, 4, 5);
    _tile_loadd(6, lines + 96, panel_line);
    _tile_dpbf16ps(3, 4, 6);
  }
  _tile_stored(0, y, line);
  _tile_stored(1, y + 16, line);
  _tile_stored(2, y + 32, line);
  _tile_stored(3, y + 48, line);
}

/// The same where y has fewer columns, by way of a buffer.
void add_rows_of_part(float* y, std::int64_t y_stride, const c10::BFloat16* x, const c10::BFloat16* panel,
                      std::int64_t depth, int rows, std::int64_t columns) {
  std::array<float, tile_rows * tile_panel_columns> sums{};
  add_rows(sums.data(), tile_panel_columns, x, panel, depth);
  for (int row = 0; row < rows; ++row)
    for (std::int64_t column = 0; column < columns; ++column)
      y[row * y_stride + column] += sums[static_cast<std::size_t>(row * tile_panel_columns + column)];
}

bool processor_has_tiles() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned amx_bf16 = 1U << 22, amx_tile = 1U << 24;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & amx_bf16) && (d & amx_tile);
}

}  // namespace

bool has_bf16_tiles() {
  static const bool has = processor_has_tiles() && at::cpu::init_amx();
  return has;
}

FEDMETA_TILES void add_tile_product(float* y, std::int64_t y_stride, const c10::BFloat16* x, std::int64_t n,
                                    const c10::BFloat16* panel, std::int64_t depth, std::int64_t columns) {
  for (std::int64_t row = 0; row < n; row += tile_rows) {
    const int rows = static_cast<int>(std::min<std::int64_t>(tile_rows, n - row));
    if (row == 0 || rows < tile_rows) size_tiles(rows);
    auto* const out = y + row * y_stride;
    if (columns == tile_panel_columns)
      add_rows(out, y_stride, x + row * depth, panel, depth);
    else
      add_rows_of_part(out, y_stride, x + row * depth, panel, depth, rows, columns);
  }
  _tile_release();
}

#else

bool has_bf16_tiles() {
  return false;
}

void add_tile_product(float*, std::int64_t, const c10::BFloat16*, std::int64_t, const c10::BFloat16*,
                      std::int64_t, std::int64_t) {}

#endif

}  // namespace fedmeta::kernels
