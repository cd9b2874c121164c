// A writer's hand: what all letters of a writer share, which form of each letter the writer prefers, and how
// one sample is drawn with it.
#pragma once

#include <array>
#include <cstdint>

#include "base/random.hpp"
#include "data/glyph_forms.hpp"

namespace fedmeta::data {

/// A smooth distortion of the unit square (glyph box with the origin at its centre):
/// shear, stretch, rotation-like terms and second-order bending, all dimensionless; 0 = none.
struct Distortion {
  double xx = 0, xy = 0, yx = 0, yy = 0;     ///< x += xx x + xy y;  y += yx x + yy y
  std::array<double, 3> bend_x{}, bend_y{};  ///< times x x, x y, y y

  Point operator()(Point p) const;
};

/// Standard deviations of a distortion's terms.
struct DistortionScale {
  double stretch, shear, turn, bend;
};
Distortion draw_distortion(const DistortionScale& scale, Random& random);

/// How one class is written by one writer.
struct LetterHabit {
  std::int32_t forms_of = 0;  ///< the class whose forms are used: writers of block letters take the capital's
  std::size_t form = 0;       ///< index into glyph_forms(forms_of)
  double size = 1;            ///< relative to the writer's other letters
  Distortion shape;
};

struct Hand {
  double height = 0;      ///< of a capital, in pixels
  double x_height = 0;    ///< share of it that small letters take
  double pen = 0;         ///< diameter of the line, in pixels
  double edge = 0;        ///< width of the line's soft edge, in pixels
  double pressure = 0;    ///< relative thickening from the start to the end of a stroke
  double steadiness = 0;  ///< probability that a sample has the preferred form
  double looseness = 0;   ///< factor of the differences between samples of one letter
  Distortion all;         ///< slant, aspect, rotation
  std::array<LetterHabit, glyph_classes> letters;
};

Hand draw_hand(Random& random);

/// One sample as strokes in pixels, the bounding box's centre near (0, 0).
Strokes draw_letter(const Hand& hand, std::int32_t label, Random& random);

}  // namespace fedmeta::data
