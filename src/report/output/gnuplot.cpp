#include "report/output/gnuplot.hpp"

#include <fmt/core.h>

#include <map>
#include <system_error>

#include "report/output/files.hpp"
#include "report/output/limited_process.hpp"
#include "report/output/text_sinks.hpp"

namespace fedmeta::report {
namespace {

namespace fs = std::filesystem;

/// DejaVu Sans comes with gnuplot's own libraries; the others are as wide, so that what fits fits everywhere.
constexpr const char *font = "DejaVu Sans", *fonts = "DejaVu Sans, Verdana, Bitstream Vera Sans, sans-serif";

/// gnuplot's cairo terminals take 96 dots an inch for a font's 72 points.
constexpr double cairo_points = 0.75;

/// Returns the terminals' commands by the ending of what they make. With `noenhanced` the characters ^, _,
/// {}, @ and & in names have no special meaning.
std::map<std::string, std::string> terminals(const Drawing& drawing, const Style& style) {
  const double scale = style.png_scale;
  const auto letters = fmt::format("font '{},{:g}' noenhanced", font, style.font);
  const auto lines = [&](double by) {
    return fmt::format("fontscale {:g} linewidth {:g} pointscale {:g} ", cairo_points * by, by * style.line,
                       by * style.line);
  };
  return {{"svg", fmt::format("svg size {:.0f},{:.0f} dynamic linewidth {:g} background rgb 'white' ",
                              drawing.width, drawing.height, style.line) +
                      letters},
          {"png", fmt::format("pngcairo size {:.0f},{:.0f} ", scale * drawing.width, scale * drawing.height) +
                      lines(scale) + letters},
          {"pdf", fmt::format("pdfcairo size {:.4f}in,{:.4f}in ", drawing.width / 72, drawing.height / 72) +
                      lines(1) + letters}};
}

/// Returns what comes before a figure's own commands.
std::string preamble(const Figure& figure, const Drawing& drawing, const Style& style) {
  std::string text =
      "# gnuplot FILE makes the SVG, in the folder of this FILE; with picture='png' or picture='pdf' given "
      "by -e,\n"
      "# the PNG or the PDF.\n"
      "picture = exists('picture') ? picture : 'svg'\n";
  for (const auto& [picture, terminal] : terminals(drawing, style))
    text += "if (picture eq '" + picture + "') set terminal " + terminal + "\n";
  // the SVG terminal takes letters for taller than they are, and its titles are further from the axes
  text += "lift = picture eq 'svg' ? 0.55 : 0\n";
  return text + "set output " + gnuplot_file(figure.name) +
         ".'.'.picture\ndata = " + gnuplot_file(figure.name + ".dat") +
         "\nset border 3 lc rgb '#555555'\nset tics nomirror\nset grid back lc rgb '#dddddd' lt 1\nunset "
         "key\n";
}

/// Returns whether a picture is complete; gnuplot leaves a partial one if the disk is full or it is killed.
bool is_whole(const fs::path& picture) {
  std::error_code error;
  if (!fs::is_regular_file(picture, error) || fs::file_size(picture, error) == 0) return false;
  return picture.extension() != ".svg" || read_file(picture).find("</svg>") != std::string::npos;
}

Drawn outcome(Ended ended) {
  switch (ended) {
    case Ended::not_installed:
      return Drawn::not_installed;
    case Ended::too_late:
      return Drawn::too_slow;
    default:
      return Drawn::failed;
  }
}

/// Viewers without the font take the next that is alike.
void name_fonts(const fs::path& svg) {
  std::string text = read_file(svg);
  const std::string before = std::string("font-family=\"") + font + "\"",
                    after = std::string("font-family=\"") + fonts + "\"";
  for (std::size_t at = 0; (at = text.find(before, at)) != std::string::npos; at += after.size())
    text.replace(at, before.size(), after);
  write_file(svg, text);
}

Drawn draw(const Figure& figure, const fs::path& folder, const std::string& picture,
           std::chrono::milliseconds limit) {
  const std::string script = "./" + figure.name + ".gp";  // the name may begin with - like an option
  const Ended ended = run_limited({"gnuplot", "-e", "picture='" + picture + "'", script}, folder, limit);
  const fs::path file = folder / (figure.name + "." + picture);
  if (ended == Ended::well && is_whole(file)) {
    if (picture == "svg") name_fonts(file);
    return Drawn::yes;
  }
  std::error_code ignored;
  fs::remove(file, ignored);
  return outcome(ended);
}

}  // namespace

void write_figure(const Figure& figure, const Style& style, const fs::path& folder) {
  std::error_code ignored;  // pictures of an earlier call show other data
  for (const char* picture : {"svg", "png", "pdf"})
    fs::remove(folder / (figure.name + "." + picture), ignored);
  const Drawing drawing = lay_out(figure, style);
  write_file(folder / (figure.name + ".dat"), figure.data);
  write_file(folder / (figure.name + ".gp"), preamble(figure, drawing, style) + drawing.script);
}

Drawn draw_figure(const Figure& figure, const Style& style, const fs::path& folder,
                  std::chrono::milliseconds limit) {
  for (const std::string& picture : style.pictures)
    if (const Drawn drawn = draw(figure, folder, picture, limit); drawn != Drawn::yes) return drawn;
  return Drawn::yes;
}

std::string why_not(Drawn drawn) {
  switch (drawn) {
    case Drawn::not_installed:
      return "gnuplot is not installed";
    case Drawn::too_slow:
      return "gnuplot took too long";
    default:
      return "gnuplot failed";
  }
}

}  // namespace fedmeta::report
