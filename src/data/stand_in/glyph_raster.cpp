#include "data/stand_in/glyph_raster.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace fedmeta::data {
namespace {

/// Depth of each pixel's centre inside the line, in pixels; negative outside.
using Depth = std::array<float, glyph_pixels>;

constexpr double middle = (glyph_side - 1) / 2.0;

struct Range {
  int first, last;
};

/// Returns the range of pixels whose centre may be within `reach` of the span from a to b.
Range pixels_near(double a, double b, double reach) {
  const double low = std::min(a, b) - reach, high = std::max(a, b) + reach;
  return {static_cast<int>(std::clamp(std::ceil(low), 0.0, double(glyph_side))),
          static_cast<int>(std::clamp(std::floor(high), -1.0, glyph_side - 1.0))};
}

/// Draws the straight piece from a to b (image coordinates) of a line with the given radius.
void draw_piece(Point a, Point b, double radius, double reach, Depth& depth) {
  const double dx = b.x - a.x, dy = b.y - a.y;
  const double length2 = std::max(dx * dx + dy * dy, 1e-12);
  const Range columns = pixels_near(a.x, b.x, reach), rows = pixels_near(a.y, b.y, reach);
  for (int y = rows.first; y <= rows.last; ++y)
    for (int x = columns.first; x <= columns.last; ++x) {
      const double px = x - a.x, py = y - a.y;
      const double along = std::clamp((px * dx + py * dy) / length2, 0.0, 1.0);
      const double ox = px - along * dx, oy = py - along * dy;
      const int pixel = y * glyph_side + x;
      float& best = depth[std::size_t(pixel)];
      best = std::max(best, static_cast<float>(radius - std::sqrt(ox * ox + oy * oy)));
    }
}

}  // namespace

void rasterise(const Strokes& strokes, const Pen& pen, std::span<std::uint8_t, glyph_pixels> image) {
  Depth depth;
  depth.fill(-1e3F);
  for (const Stroke& stroke : strokes)
    for (std::size_t i = 1; i < stroke.size(); ++i) {
      const double progress = double(i) / double(stroke.size());
      const double radius = pen.diameter / 2 * (1 + pen.pressure * (progress - 0.5));
      draw_piece({stroke[i - 1].x + middle, stroke[i - 1].y + middle},
                 {stroke[i].x + middle, stroke[i].y + middle}, radius, radius + pen.edge / 2, depth);
    }
  for (std::size_t i = 0; i < image.size(); ++i) {
    const double ink = std::clamp(depth[i] / pen.edge + 0.5, 0.0, 1.0);
    image[i] = static_cast<std::uint8_t>(255.5 - 255 * ink);
  }
}

}  // namespace fedmeta::data
