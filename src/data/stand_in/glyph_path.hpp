// Pen strokes, and a small notation for them.
#pragma once

#include <string_view>
#include <vector>

namespace fedmeta::data {

struct Point {
  double x = 0;
  double y = 0;
};

/// The line of the pen from touching the paper to leaving it.
using Stroke = std::vector<Point>;
using Strokes = std::vector<Stroke>;

/// Returns the strokes of a path such as "M 8 0 L 8 100 M 8 4 S 50 10 54 30 8 54", with y pointing down and
/// commands similar to SVG's: `M x y` touches the paper, `L x y ...` draws straight lines, `S x y ...` draws
/// one smooth curve through all points, and `O cx cy rx ry` draws a closed ellipse. Curves become short
/// straight pieces. Throws std::invalid_argument for anything else.
Strokes parse_path(std::string_view path);

}  // namespace fedmeta::data
