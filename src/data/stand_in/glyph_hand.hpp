// A writer's hand: what all letters of a writer share, the preferred form of each letter, and the drawing of
// one sample.
#pragma once

#include <array>
#include <cstdint>

#include "base/random.hpp"
#include "data/stand_in/glyph_forms.hpp"

namespace fedmeta::data {

/// A smooth distortion of the unit square (glyph box with the origin at its centre):
/// shear, stretch, rotation-like terms and second-order bending, all dimensionless; 0 = none.
struct Distortion {
  double xx = 0, xy = 0, yx = 0, yy = 0;     ///< x += xx x + xy y;  y += yx x + yy y
  std::array<double, 3> bend_x{}, bend_y{};  ///< times x x, x y, y y

  Point operator()(Point p) const;
};

/// Standard deviations of the terms of a distortion.
struct DistortionScale {
  double stretch, shear, turn, bend;
};
Distortion draw_distortion(const DistortionScale& scale, Random& random);

/// A writer's way to write one class.
struct LetterHabit {
  std::int32_t forms_of = 0;  ///< class whose forms are used; writers of block letters use the capital's
  std::size_t form = 0;       ///< index into glyph_forms(forms_of)
  double size = 1;            ///< size relative to the writer's other letters
  Distortion shape;
};

struct Hand {
  double height = 0;      ///< of a capital, in pixels
  double x_height = 0;    ///< height of small letters, as a share of that
  double pen = 0;         ///< diameter of the line, in pixels
  double edge = 0;        ///< width of the line's soft edge, in pixels
  double pressure = 0;    ///< relative thickening from the start to the end of a stroke
  double steadiness = 0;  ///< probability of the preferred form in a sample
  double looseness = 0;   ///< scale of the differences between samples of one letter
  Distortion all;         ///< slant, aspect, rotation
  std::array<LetterHabit, glyph_classes> letters;
};

Hand draw_hand(Random& random);

/// Returns one sample as strokes in pixels, with the centre of the bounding box near (0, 0).
Strokes draw_letter(const Hand& hand, std::int32_t label, Random& random);

}  // namespace fedmeta::data
