// Strokes to pixels.
#pragma once

#include <cstdint>
#include <span>

#include "data/glyph_path.hpp"

namespace fedmeta::data {

constexpr int glyph_side = 28;
constexpr int glyph_pixels = glyph_side * glyph_side;

/// The line a pen leaves.
struct Pen {
  double diameter;  ///< in pixels, in the middle of a stroke
  double edge;      ///< width of the soft edge, in pixels
  double pressure;  ///< relative thickening from the start (-half) to the end (+half) of a stroke
};

/// Draws strokes given in pixels from the image's centre: background 255, ink towards 0. Parts beyond the
/// image are cut off.
void rasterise(const Strokes& strokes, const Pen& pen, std::span<std::uint8_t, glyph_pixels> image);

}  // namespace fedmeta::data
