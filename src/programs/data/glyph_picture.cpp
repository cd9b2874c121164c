#include "programs/data/glyph_picture.hpp"

#include <fstream>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "data/stand_in/generated_femnist.hpp"
#include "data/stand_in/glyph_forms.hpp"
#include "data/stand_in/glyph_raster.hpp"
#include "record/output_file.hpp"

namespace fedmeta::programs {
namespace {

namespace fs = std::filesystem;
using data::glyph_pixels;
using data::glyph_side;

/// Returns the classes of the requested characters. Throws Error(usage) for one that FEMNIST lacks.
std::vector<std::size_t> columns_of(const GlyphPicture& picture) {
  std::vector<std::size_t> columns;
  for (const char character : picture.characters) {
    columns.push_back(data::glyph_characters.find(character));
    if (columns.back() == data::glyph_characters.npos)
      throw Error(Status::usage, "not a character of FEMNIST", std::string("--characters ") + character,
                  "use 0-9, A-Z, a-z");
  }
  return columns;
}

void check(const GlyphPicture& picture) {
  if (picture.characters.empty())
    throw Error(Status::usage, "no characters to draw", "--characters", "use 0-9, A-Z, a-z");
}

/// Returns one row of glyphs as picture lines, each pixel zoom x zoom.
std::string draw_row(const std::vector<std::uint8_t>& alphabet, const std::vector<std::size_t>& columns,
                     int zoom) {
  std::string lines;
  for (int y = 0; y < glyph_side * zoom; ++y)
    for (const std::size_t column : columns)
      for (int x = 0; x < glyph_side * zoom; ++x)
        lines += static_cast<char>(
            alphabet[column * glyph_pixels + static_cast<std::size_t>(y / zoom * glyph_side + x / zoom)]);
  return lines;
}

}  // namespace

void write_picture(const GlyphPicture& picture, const fs::path& file, bool force) {
  check(picture);
  const std::vector<std::size_t> columns = columns_of(picture);
  record::check_output(file, force);
  const data::GeneratedFemnist source({.clients = picture.writers, .mean_samples = 1, .min_samples = 1},
                                      picture.seed);
  const fs::path part = record::part_of(file);
  std::ofstream out(part, std::ios::binary);
  out << "P5\n"
      << columns.size() * std::size_t(glyph_side * picture.zoom) << ' '
      << picture.writers * glyph_side * picture.zoom << "\n255\n";
  for (int writer = 0; writer < picture.writers; ++writer)
    out << draw_row(source.alphabet(writer), columns, picture.zoom);
  out.close();
  if (!out) {
    std::error_code ignored;
    fs::remove(part, ignored);
    throw Error(Status::own_file, "cannot write picture", file.string(), "choose another --output");
  }
  record::publish(file, force);
}

}  // namespace fedmeta::programs
