#include "programs/data/histogram.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "record/output_file.hpp"
#include "report/output/gnuplot.hpp"

namespace fedmeta::programs {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t most_bars = 60;

/// Returns the smallest of 1, 2, 5, 10, 20, ... samples per bar with which the bars are few enough.
std::int64_t bar_width(std::int64_t most) {
  for (std::int64_t power = 1;; power *= 10)
    for (const std::int64_t digit : {1, 2, 5})
      if (most < digit * power * most_bars) return digit * power;
}

/// Returns one line per bar: its middle, and the number of clients in it.
std::string bars(const std::vector<std::int64_t>& samples, std::int64_t width) {
  std::map<std::int64_t, std::int64_t> clients;
  for (const auto count : samples) ++clients[count / width];
  std::string lines;
  for (const auto& [bar, count] : clients)
    lines += std::to_string((double(bar) + 0.5) * double(width)) + " " + std::to_string(count) + "\n";
  return lines;
}

report::Figure histogram(const std::string& name, const std::string& dataset,
                         const std::vector<std::int64_t>& samples_per_client) {
  const auto most = std::max_element(samples_per_client.begin(), samples_per_client.end());
  const auto width = std::to_string(bar_width(most == samples_per_client.end() ? 0 : *most));
  report::Figure figure{.name = name,
                        .title = dataset + ": " + std::to_string(samples_per_client.size()) + " clients",
                        .caption = ""};
  const auto block = figure.add_block("samples per client (middle of " + width + "), clients",
                                      bars(samples_per_client, std::stoll(width)));
  figure.panels.push_back({.x_title = "samples per client",
                           .y_title = "clients",
                           .settings = "set xrange [0:]\nset yrange [0:]\nset boxwidth " + width +
                                       "\nset style fill solid 0.8 border\n",
                           .lines = {block + " using 1:2 with boxes lc rgb '#0072b2'"}});
  return figure;
}

}  // namespace

void check_histogram(const fs::path& file, bool force) {
  if (file.extension() != ".svg")
    throw Error(Status::usage, "the histogram is an SVG", "--histogram " + file.string(),
                "give a name that ends in .svg");
  if (const auto name = file.filename().string(); terminal_text(name) != name)
    throw Error(Status::usage, "the name has characters that gnuplot cannot be told", "--histogram " + name,
                "use printable UTF-8");
  for (const char* ending : {".svg", ".png", ".dat", ".gp"})
    record::check_output(fs::path(file).replace_extension(ending), force, "--histogram");
}

void draw_histogram(const fs::path& file, const std::string& dataset,
                    const std::vector<std::int64_t>& samples_per_client) {
  const auto figure = histogram(file.stem().string(), dataset, samples_per_client);
  const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const auto& style = report::styles().front();
  report::write_figure(figure, style, folder);
  const auto drawn = report::draw_figure(figure, style, folder);
  if (drawn != report::Drawn::yes)
    throw Error(drawn == report::Drawn::not_installed ? Status::system : Status::own_file,
                "the histogram is not drawn: " + report::why_not(drawn), "--histogram " + file.string(),
                "see that gnuplot is installed and works; it draws the .gp file that lies there");
}

}  // namespace fedmeta::programs
