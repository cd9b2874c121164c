// The forms that writers choose from: one or several for each of the 62 classes.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "data/stand_in/glyph_path.hpp"

namespace fedmeta::data {

/// One way to write a character. Heights: 0 cap line, 40 x-height, 100 baseline, 140 descender.
struct GlyphForm {
  double weight;          ///< share of writers who prefer it, relative to the class's other forms
  std::string_view look;  ///< forms of different classes with one look are hard to distinguish; may be empty
  Strokes strokes;
};

constexpr std::int32_t glyph_classes = 62;
constexpr std::string_view glyph_characters =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Returns the forms (at least one) of class 0 .. 61, in the order of `glyph_characters`.
const std::vector<GlyphForm>& glyph_forms(std::int32_t label);

}  // namespace fedmeta::data
