// Draws strokes as pixels.
#pragma once

#include <cstdint>
#include <span>

#include "data/stand_in/glyph_path.hpp"

namespace fedmeta::data {

constexpr int glyph_side = 28;
constexpr int glyph_pixels = glyph_side * glyph_side;

/// The shape of a pen's line.
struct Pen {
  double diameter;  ///< in pixels, in the middle of a stroke
  double edge;      ///< width of the soft edge, in pixels
  double pressure;  ///< relative thickening from the start (-half) to the end (+half) of a stroke
};

/// Draws strokes, whose coordinates are in pixels from the centre of the image. Background is 255, ink is
/// towards 0. Parts outside the image are cut off.
void rasterise(const Strokes& strokes, const Pen& pen, std::span<std::uint8_t, glyph_pixels> image);

}  // namespace fedmeta::data
