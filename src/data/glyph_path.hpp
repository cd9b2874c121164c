// A small notation for pen strokes, and the strokes themselves.
#pragma once

#include <string_view>
#include <vector>

namespace fedmeta::data {

struct Point {
  double x = 0;
  double y = 0;
};

/// What the pen draws between touching the paper and leaving it.
using Stroke = std::vector<Point>;
using Strokes = std::vector<Stroke>;

/// Strokes of a path such as "M 8 0 L 8 100 M 8 4 S 50 10 54 30 8 54", y downwards, commands after SVG's:
/// `M x y` touches the paper, `L x y ...` draws straight lines, `S x y ...` one smooth curve through all of
/// the points, `O cx cy rx ry` a closed ellipse. Curves become short straight pieces.
/// Throws std::invalid_argument for anything else.
Strokes parse_path(std::string_view path);

}  // namespace fedmeta::data
