// The shapes a writer may choose between: for each of the 62 classes one or several forms.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "data/glyph_path.hpp"

namespace fedmeta::data {

/// One way to write a character. Heights: 0 capital line, 40 x-height, 100 base line, 140 descender.
struct GlyphForm {
  double weight;          ///< how many writers prefer it, relative to the other forms of the class
  std::string_view look;  ///< forms of one look (of different classes) are hard to tell apart; may be empty
  Strokes strokes;
};

constexpr std::int32_t glyph_classes = 62;
constexpr std::string_view glyph_characters =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The forms of class 0 .. 61, in the order of `glyph_characters`; at least one.
const std::vector<GlyphForm>& glyph_forms(std::int32_t label);

}  // namespace fedmeta::data
