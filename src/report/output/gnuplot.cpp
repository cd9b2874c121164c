// Writes figures to files and has gnuplot draw them.
#include <string>
#include <system_error>

#include "report/figures/figures.hpp"
#include "report/output/files.hpp"
#include "report/output/limited_process.hpp"
#include "report/output/text_sinks.hpp"

namespace fedmeta::report {
namespace {

namespace fs = std::filesystem;

/// Returns the commands that set the terminal. With `noenhanced` the characters ^, _, {}, @ and & in names
/// have no special meaning.
std::string terminal(const Figure& figure) {
  const auto size = [&](int scale) {
    return std::to_string(scale * figure.width) + "," + std::to_string(scale * figure.height);
  };
  return "# gnuplot FILE makes the SVG, gnuplot -e png=1 FILE the PNG, in the folder of this FILE.\n"
         "if (exists('png')) {\n"
         "  set terminal pngcairo size " +
         size(2) +
         " fontscale 1 linewidth 2 pointscale 1.6 font 'Helvetica,26' noenhanced\n"
         "  set output " +
         gnuplot_file(figure.name + ".png") +
         "\n"
         "} else {\n"
         "  set terminal svg size " +
         size(1) +
         " dynamic font 'Helvetica,14' background rgb 'white' noenhanced\n"
         "  set output " +
         gnuplot_file(figure.name + ".svg") +
         "\n"
         "}\n"
         "data = " +
         gnuplot_file(figure.name + ".dat") +
         "\n"
         "set border 3 lc rgb '#555555'\n"
         "set tics nomirror\n";
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

Drawn draw(const Figure& figure, const fs::path& folder, bool png, std::chrono::milliseconds limit) {
  const std::string script = "./" + figure.name + ".gp";  // the name may begin with - like an option
  std::vector<std::string> command{"gnuplot", script};
  if (png) command = {"gnuplot", "-e", "png=1", script};
  const Ended ended = run_limited(command, folder, limit);
  const fs::path picture = folder / (figure.name + (png ? ".png" : ".svg"));
  if (ended == Ended::well && is_whole(picture)) return Drawn::yes;
  std::error_code ignored;
  fs::remove(picture, ignored);
  return outcome(ended);
}

}  // namespace

void write_figure(const Figure& figure, const fs::path& folder) {
  std::error_code ignored;  // pictures of an earlier call show other data
  for (const char* ending : {".svg", ".png"}) fs::remove(folder / (figure.name + ending), ignored);
  write_file(folder / (figure.name + ".dat"), figure.data);
  write_file(folder / (figure.name + ".gp"), terminal(figure) + figure.script);
}

Drawn draw_figure(const Figure& figure, const fs::path& folder, std::chrono::milliseconds limit) {
  const Drawn drawn = draw(figure, folder, false, limit);
  return drawn == Drawn::yes ? draw(figure, folder, true, limit) : drawn;
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
