#include "report/output/figure.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/joined.hpp"
#include "report/output/text_sinks.hpp"

namespace fedmeta::report {

std::string line_options(const Pen& pen, std::size_t points) {
  std::string options = fmt::format("lc rgb '{}' lw {:g} dt {}", pen.colour, pen.width, pen.dash);
  if (pen.mark > 0)
    options += fmt::format(" pt {} ps 0.7 pi {}", pen.mark, std::max<std::size_t>(1, points / 10));
  return options;
}

std::string Figure::add_block(const std::string& comment, const std::string& rows) {
  data += "# " + gnuplot_comment(comment) + "\n" + rows + "\n\n";
  return "data index " + std::to_string(blocks++);
}

void Figure::add_to_legend(const std::string& entry, const Pen& pen) {
  const auto there = std::ranges::find(legend, entry, &LegendEntry::name);
  if (there == legend.end())
    legend.push_back({entry, pen});
  else if (there->pen.mark == 0)
    there->pen = pen;
}

Figure with_numbered_names(Figure figure) {
  constexpr std::size_t longest = 80;
  std::vector<std::string> numbered;
  const auto shorten = [&](std::string& name) {
    const auto bracket = name.find(" (");
    if (name.size() <= longest || bracket == std::string::npos) return;
    const auto found = std::find(numbered.begin(), numbered.end(), name);
    const auto number = found - numbered.begin() + 1;
    if (found == numbered.end()) numbered.push_back(name);
    name = fmt::format("{} [{}]", name.substr(0, bracket), number);
  };
  for (LegendEntry& entry : figure.legend) shorten(entry.name);
  for (std::string& name : figure.y_names) shorten(name);
  for (std::size_t i = 0; i < numbered.size(); ++i)
    figure.caption += fmt::format(" [{}]: {}.", i + 1, numbered[i]);
  return figure;
}

const std::vector<Style>& styles() {
  constexpr double millimetre = 72 / 25.4, small = 8;
  static const std::vector<Style> all{{"default"},
                                      {.name = "paper",
                                       .font = small,
                                       .column = 85 * millimetre / small,
                                       .page = 178 * millimetre / small,
                                       .tallest = 235 * millimetre / small,
                                       .titles = false,
                                       .legend_below = true,
                                       .png_scale = 300.0 / 72,
                                       .line = 0.6,
                                       .pictures = {"svg", "png", "pdf"}}};
  return all;
}

const Style& style_named(const std::string& name) {
  std::vector<std::string> names;
  for (const Style& style : styles()) {
    if (style.name == name) return style;
    names.push_back(style.name);
  }
  throw Error(Status::usage, "unknown value " + name, "--style", "use one of " + joined(names, ", "));
}

}  // namespace fedmeta::report
