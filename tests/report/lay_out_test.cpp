// Where the parts of a figure are put: sizes by hand, in the style's own units.
#include <gtest/gtest.h>

#include <regex>

#include "base/error.hpp"
#include "record/synthetic_results.hpp"
#include "report/output/figure.hpp"
#include "report/output/files.hpp"
#include "report/output/gnuplot.hpp"

namespace fedmeta::report {
namespace {

constexpr double millimetre = 72 / 25.4;

Figure figure_of(std::size_t panels, const std::string& method = "maml") {
  Figure figure{.name = "f", .title = "A title", .caption = ""};
  for (std::size_t p = 0; p < panels; ++p) {
    const auto block = figure.add_block("curve", "0 1\n1 2\n");
    figure.panels.push_back({"panel", "x", "y", "", {}, {block + " using 1:2 with lines"}});
  }
  figure.add_to_legend(method, {"#000000"});
  figure.columns = panels;
  return figure;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

/// Returns the numbers that follow `command at screen ` or the like.
std::vector<double> places(const std::string& script, const std::string& command) {
  std::vector<double> all;
  const std::regex number(command + " at screen ([-0-9.]+)");
  for (auto match = std::sregex_iterator(script.begin(), script.end(), number);
       match != std::sregex_iterator(); ++match)
    all.push_back(std::stod((*match)[1]));
  return all;
}

TEST(LayOut, PaperIsAColumnWideAndHasNoTitle) {
  const auto& paper = style_named("paper");
  EXPECT_EQ(paper.font, 8);
  for (const std::size_t panels : {1u, 3u}) {
    const auto drawing = lay_out(figure_of(panels), paper);
    EXPECT_NEAR(drawing.width, 85 * millimetre, 1e-9);
    EXPECT_EQ(drawing.script.find("A title"), std::string::npos);
    const auto left = places(drawing.script, "lmargin");
    for (std::size_t p = 1; p < panels; ++p) EXPECT_EQ(left[p], left[0]) << "panels stand below each other";
  }
  EXPECT_GT(lay_out(figure_of(3), paper).height, 2.5 * lay_out(figure_of(1), paper).height);
}

TEST(LayOut, TicksAreAsManyAsThereIsRoomFor) {
  Figure figure = figure_of(3);
  figure.wide = true;
  for (Panel& panel : figure.panels) panel.x_axis = {150, true};
  EXPECT_NE(lay_out(figure, style_named("default")).script.find("set xrange [0:150]\nset xtics 20\n"),
            std::string::npos);
  EXPECT_NE(lay_out(figure, style_named("paper")).script.find("set xtics 50\n"), std::string::npos)
      << "14 em wide";
  figure.panels[0].x_axis = {3, true};
  EXPECT_NE(lay_out(figure, style_named("default")).script.find("set xrange [0:3]\nset xtics 1\n"),
            std::string::npos);
}

TEST(LayOut, ALegendOfManyNamesEndsAboveTheEdge) {
  Figure figure = figure_of(2);  // whose titles push the legend down
  for (int i = 0; i < 40; ++i) figure.add_to_legend("method " + std::to_string(i), {"#000000"});
  for (const auto& style : styles()) {
    const auto drawing = lay_out(figure, style);
    std::smatch last;
    ASSERT_TRUE(std::regex_search(drawing.script, last,
                                  std::regex("set label 'method 39' at screen [-0-9.]+,([-0-9.]+) left")));
    EXPECT_GE(std::stod(last[1]) * drawing.height, 0.7 * style.font) << style.name;
  }
}

TEST(LayOut, LongNamesAreNumbersThatTheCaptionExplains) {
  const std::string one = "perfedavg (" + std::string(80, 'a') + ")",
                    two = "perfedavg (" + std::string(80, 'b') + ")";
  Figure figure = figure_of(1, one);
  figure.caption = "What it shows.";
  figure.add_to_legend("maml (model lr)", {"#000000"});
  figure.add_to_legend(two, {"#000000"});
  figure.y_names = {two, "fedavg"};
  const Figure numbered = with_numbered_names(figure);
  EXPECT_EQ(numbered.legend[0].name, "perfedavg [1]");
  EXPECT_EQ(numbered.legend[1].name, "maml (model lr)");
  EXPECT_EQ(numbered.legend[2].name, "perfedavg [2]");
  EXPECT_EQ(numbered.y_names, (std::vector<std::string>{"perfedavg [2]", "fedavg"}));
  EXPECT_EQ(numbered.caption, "What it shows. [1]: " + one + ". [2]: " + two + ".");
  const auto& screen = style_named("default");
  EXPECT_LT(lay_out(numbered, screen).width, lay_out(figure, screen).width);
}

TEST(LayOut, AWideFigureTakesBothColumnsOfAPaper) {
  auto figure = figure_of(3);
  figure.wide = true;
  const auto drawing = lay_out(figure, style_named("paper"));
  EXPECT_NEAR(drawing.width, 178 * millimetre, 1e-9);
  const auto top = places(drawing.script, "tmargin");
  EXPECT_EQ(top[0], top[2]) << "panels stand beside each other";
}

/// Top 1 and Top 4 against rounds and steps were 280 mm tall, and no page had room for them.
TEST(LayOut, NothingOfAPaperIsTallerThanItsPage) {
  auto top4 = figure_of(4);
  top4.columns = 2;
  top4.panel_width = 26;
  top4.panel_height = 20;
  for (int method = 0; method < 12; ++method)
    top4.add_to_legend("self (model nn, self-steps " + std::to_string(method) + ")", {"#000000"});
  auto bars = figure_of(3);
  bars.panel_height = 2.6 * 40;
  for (int method = 0; method < 40; ++method) bars.y_names.push_back("maml " + std::to_string(method));
  auto names = figure_of(1);
  for (int method = 0; method < 60; ++method)
    names.add_to_legend(std::string(200, 'm') + std::to_string(method), {"#000000"});
  for (const auto& figure : {top4, bars, names}) {
    const auto drawing = lay_out(figure, style_named("paper"));
    EXPECT_LE(drawing.height, 235 * millimetre + 1e-9);
    EXPECT_NEAR(drawing.width, 178 * millimetre, 1e-9);
    for (const double bottom : places(drawing.script, "bmargin")) EXPECT_GE(bottom, 0);
  }
  const auto top = places(lay_out(top4, style_named("paper")).script, "tmargin");
  EXPECT_EQ(top[0], top[1]);
  EXPECT_GT(top[0], top[2]) << "two in a row";
  const auto script = lay_out(names, style_named("paper")).script;
  for (const char* end : {"m0'", "m59'"}) EXPECT_NE(script.find(end), std::string::npos) << end;
  EXPECT_GT(lay_out(names, style_named("default")).height, 235 * millimetre) << "a screen has no end";
}

TEST(LayOut, NothingLiesOutsideOrOnAnotherPanel) {
  for (const auto& style : styles())
    for (const std::size_t panels : {1u, 2u, 5u}) {
      auto figure = figure_of(panels);
      figure.columns = 2;
      const auto drawing = lay_out(figure, style);
      auto left = places(drawing.script, "lmargin"), right = places(drawing.script, "rmargin"),
           top = places(drawing.script, "tmargin"), bottom = places(drawing.script, "bmargin");
      ASSERT_EQ(left.size(), panels + 1) << "and the legend";
      for (std::size_t p = 0; p < panels; ++p) {
        EXPECT_GE(left[p], 0);
        EXPECT_LT(left[p], right[p]);
        EXPECT_LE(right[p], 1);
        EXPECT_GE(bottom[p], 0);
        EXPECT_LT(bottom[p], top[p]);
        EXPECT_LE(top[p], 1);
        for (std::size_t q = 0; q < p; ++q)
          EXPECT_TRUE(right[q] <= left[p] || right[p] <= left[q] || bottom[q] >= top[p] ||
                      bottom[p] >= top[q])
              << style.name << ": panels " << q << " and " << p;
      }
    }
}

/// The height of a text in an SVG, from the top.
double place_in(const std::string& svg, const std::string& text) {
  const std::regex place("translate\\([0-9.]+,([0-9.]+)\\)[^\n]*\n\\s*<text>" + text + "</text>");
  std::smatch match;
  if (!std::regex_search(svg, match, place)) throw std::out_of_range(text + " in " + svg);
  return std::stod(match[1]);
}

/// Lines of one colour were joined, and had the dashes of the first. The axis's title lay on the legend.
TEST(LayOut, ALegendCanBeReadInAnSvg) {
  const record::Folder folder;
  auto figure = figure_of(1);
  figure.panels[0].x_title = "rounds";
  figure.add_to_legend("dashed", {"#000000", "2"});
  const auto& style = style_named("paper");
  write_figure(figure, style, folder.path());
  const auto drawn = draw_figure(figure, style, folder.path(), picture_limit);
  if (drawn == Drawn::not_installed) GTEST_SKIP() << "SKIPPED: gnuplot is not installed";
  ASSERT_EQ(drawn, Drawn::yes);
  const auto svg = read_file(folder.path() / "f.svg");
  EXPECT_EQ(count(svg, "stroke-dasharray"), 1U) << "the grid is not dashed";
  EXPECT_GT(place_in(svg, "maml") - place_in(svg, "rounds"), 1.2 * style.font);
}

TEST(LayOut, ALegendHasAMarkWhereOneOfTheCurvesHas) {
  auto figure = figure_of(1);
  figure.add_to_legend("self", {"#000000", "1", 0});
  figure.add_to_legend("self", {"#000000", "1", 7});
  figure.add_to_legend("self", {"#000000", "1", 0});
  ASSERT_EQ(figure.legend.size(), 2U);
  EXPECT_EQ(figure.legend[1].pen.mark, 7);
}

/// Today's longest names, "maml (inner-lr 0.25, local-epochs 2, ...)", were clipped.
TEST(LayOut, ALegendHasRoomForItsNames) {
  const std::string name =
      "maml (inner-lr 0.25, local-epochs 2, local-optimizer adam, " + std::string(80, 'm') + ")";
  for (const auto& style : styles()) {
    const auto drawing = lay_out(figure_of(1, name), style);
    const std::regex label("set label '([^']+)' at screen ([0-9.]+),[-0-9.]+ left");
    std::string whole;
    for (auto match = std::sregex_iterator(drawing.script.begin(), drawing.script.end(), label);
         match != std::sregex_iterator(); ++match) {
      const auto line = (*match)[1].str();
      whole += line;
      EXPECT_GT((1 - std::stod((*match)[2])) * drawing.width,
                static_cast<double>(line.size()) * 0.6 * style.font)
          << style.name << ", letters of .6 em: " << line;
    }
    EXPECT_EQ(std::regex_replace(whole, std::regex(" "), ""), std::regex_replace(name, std::regex(" "), ""));
  }
}

/// They made paper's figures 269 mm wide.
TEST(LayOut, NamesOfBarsLeaveRoomForBars) {
  auto figure = figure_of(2);
  figure.y_names = {"fedavg", "perfedavg (start-from figure2-fedavg10-sgd.h5:perfedavg, stage2-rounds 200)"};
  const auto drawing = lay_out(figure, style_named("paper"));
  EXPECT_NEAR(drawing.width, 85 * millimetre, 1e-9);
  EXPECT_GT(places(drawing.script, "rmargin")[0] - places(drawing.script, "lmargin")[0], 0.5);
  EXPECT_NE(drawing.script.find("perfe"), std::string::npos);
  EXPECT_NE(drawing.script.find("200)"), std::string::npos) << "what tells it apart may stand at the end";
}

TEST(LayOut, ALongTitleTakesSeveralLines) {
  auto figure = figure_of(1);
  const auto one = lay_out(figure, style_named("default"));
  for (int word = 0; word < 40; ++word) figure.title += " word";
  const auto several = lay_out(figure, style_named("default"));
  EXPECT_EQ(one.width, several.width);
  EXPECT_GT(several.height, one.height + 14);
  EXPECT_GE(count(several.script, "center font"), 3u);
}

TEST(LayOut, BarsLeaveRoomForTheirLabels) {
  auto figure = figure_of(1);
  figure.y_names = {"fedavg", "maml"};
  figure.panels[0].bars = BarRoom{10, 19};  // of the 38 em of a panel, and one more em
  const auto script = lay_out(figure, style_named("default")).script;
  EXPECT_NE(script.find("set xrange [0:21.1111111]\n"), std::string::npos) << script;
  figure.panels[0].bars = BarRoom{8, 28};  // which take three quarters; 38 em have room for nine numbers of 4
  EXPECT_NE(lay_out(figure, style_named("default")).script.find("set xrange [0:32]\nset xtics 5\n"),
            std::string::npos)
      << "not 2, as eight alone would have";
  figure.panels[0].bars = BarRoom{1000, 18, 0.1};  // four decades in half of the panel
  EXPECT_NE(lay_out(figure, style_named("default")).script.find("set xrange [0.1:10000000]"),
            std::string::npos);
}

TEST(LayOut, RefusesOtherStyles) {
  EXPECT_THROW(style_named("poster"), Error);
}

}  // namespace
}  // namespace fedmeta::report
