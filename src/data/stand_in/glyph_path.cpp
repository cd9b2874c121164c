#include "data/stand_in/glyph_path.hpp"

#include <charconv>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

namespace fedmeta::data {
namespace {

constexpr int pieces_per_span = 4;

/// Returns a point of the Catmull-Rom spline (Catmull, Rom 1974) between b and c, with neighbours a and d.
Point spline(Point a, Point b, Point c, Point d, double t) {
  const auto value = [t](double a, double b, double c, double d) {
    const double linear = c - a;
    const double square = 2 * a - 5 * b + 4 * c - d;
    const double cubic = 3 * (b - c) + d - a;
    return b + t * (linear + t * (square + t * cubic)) / 2;
  };
  return {value(a.x, b.x, c.x, d.x), value(a.y, b.y, c.y, d.y)};
}

/// Replaces the points from `first` on by a smooth curve through them.
void smooth(Stroke& stroke, std::size_t first) {
  const Stroke knots(stroke.begin() + static_cast<std::ptrdiff_t>(first), stroke.end());
  stroke.resize(first + 1);
  const std::size_t last = knots.size() - 1;
  for (std::size_t i = 0; i < last; ++i) {
    const Point before = knots[i == 0 ? 0 : i - 1];
    const Point after = knots[i + 2 > last ? last : i + 2];
    for (int piece = 1; piece <= pieces_per_span; ++piece)
      stroke.push_back(spline(before, knots[i], knots[i + 1], after, double(piece) / pieces_per_span));
  }
}

/// Returns a closed ellipse, drawn anticlockwise from the top.
Stroke ellipse(Point centre, Point radius) {
  constexpr int chords = 16;
  Stroke stroke;
  for (int k = 0; k <= chords; ++k) {
    const double angle = 2 * std::numbers::pi * k / chords;
    stroke.push_back({centre.x - radius.x * std::sin(angle), centre.y - radius.y * std::cos(angle)});
  }
  return stroke;
}

class PathReader {
 public:
  explicit PathReader(std::string_view path) : path_(path), rest_(path) {}

  Strokes read() {
    while (skip_space(), !rest_.empty()) command();
    return strokes_;
  }

 private:
  void command() {
    const char name = rest_.front();
    rest_.remove_prefix(1);
    if (name == 'M') return strokes_.push_back({point()});
    if (name == 'O') {
      const Point centre = point();
      return strokes_.push_back(ellipse(centre, point()));
    }
    if ((name != 'L' && name != 'S') || strokes_.empty()) fail();
    Stroke& stroke = strokes_.back();
    const std::size_t first = stroke.size() - 1;
    do stroke.push_back(point());
    while (number_follows());
    if (name == 'S') smooth(stroke, first);
  }

  Point point() {
    const double x = number();
    return {x, number()};
  }

  double number() {
    skip_space();
    int value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc()) fail();
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

  bool number_follows() {
    skip_space();
    return !rest_.empty() && (rest_.front() == '-' || (rest_.front() >= '0' && rest_.front() <= '9'));
  }

  void skip_space() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }

  [[noreturn]] void fail() const { throw std::invalid_argument("not a path: " + std::string(path_)); }

  std::string_view path_, rest_;
  Strokes strokes_;
};

}  // namespace

Strokes parse_path(std::string_view path) {
  return PathReader(path).read();
}

}  // namespace fedmeta::data
