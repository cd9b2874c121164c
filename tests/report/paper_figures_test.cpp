// The papers' figures: that layouts name what there is, and the data of panels against values worked out by
// hand.
#include "report/figures/paper_figures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include "algorithms/descriptor.hpp"
#include "base/error.hpp"
#include "data/registry.hpp"
#include "report/contains.hpp"
#include "report/figures/figures.hpp"
#include "report/figures/paper_panels.hpp"
#include "report/figures/selection_figures.hpp"
#include "report/tables/published.hpp"
#include "small_comparisons.hpp"

namespace fedmeta::report {
namespace {

const FigureLayout& figure_layout_named(const std::string& name) {
  for (const FigureLayout& layout : figure_layouts())
    if (layout.name == name) return layout;
  throw std::out_of_range(name);
}

/// The rows of the block whose comment begins so.
std::string block(const Figure& figure, const std::string& comment) {
  const auto begin = figure.data.find("# " + comment);
  if (begin == std::string::npos) throw std::out_of_range(comment + " in\n" + figure.data);
  const auto rows = figure.data.find('\n', begin) + 1;
  return figure.data.substr(rows, figure.data.find("\n\n", rows) + 1 - rows);
}

std::vector<std::string> legend(const Figure& figure) {
  std::vector<std::string> names;
  for (const LegendEntry& entry : figure.legend) names.push_back(entry.name);
  return names;
}

/// FedAvg(E) with 5 clients a round, as `perfedavg` has it, with client means .1 below what is given.
record::Run averaging(std::int64_t seed, std::int64_t epochs, std::array<double, 2> accuracies) {
  auto one = run("perfedavg", seed, accuracies, 0, 10, 8);
  one.header.hyperparameters.clear();
  for (const auto& [name, value] : {std::pair{"rounds", std::int64_t{2}},
                                    {"clients_per_round", 5},
                                    {"local_epochs", epochs},
                                    {"local_steps", 0},
                                    {"stage2_rounds", 0},
                                    {"stage2_local_steps", 10}})
    one.header.hyperparameters.emplace_back(name, value);
  for (const char* name : {"local_optimizer", "server_optimizer"})
    one.header.hyperparameters.emplace_back(name, "sgd");
  one.header.hyperparameters.emplace_back("personal_optimizer", "same");
  for (auto& row : one.evaluations) {
    row.accuracy_client_mean = row.accuracy - 0.1;
    row.initial_accuracy_client_mean = row.accuracy - 0.3;
  }
  return one;
}

void set(record::Run& run, const std::string& name, const record::AttributeValue& value) {
  for (auto& [own, old] : run.header.hyperparameters)
    if (own == name) return void(old = value);
  run.header.hyperparameters.emplace_back(name, value);
}

/// Of 90% support, as Jiang et al.'s.
Source source(std::vector<record::Run> runs) {
  auto results = results_with(std::move(runs));
  results.data.support_fraction = 0.9;
  return {"a.h5", results};
}

TEST(FigureLayouts, NameWhatThereIs) {
  std::set<std::string> names;
  for (const FigureLayout& layout : figure_layouts()) {
    SCOPED_TRACE(layout.name);
    names.insert(layout.name);
    for (const FigurePanel& panel : layout.panels) {
      EXPECT_NO_THROW(data::dataset_named(panel.dataset)) << panel.title;
      const bool of_evaluations = layout.kind == "rounds" || layout.kind == "seeds";
      EXPECT_EQ(panel.shows.empty(), !of_evaluations);
      for (const auto& measure : panel.shows) EXPECT_NE(find_measure(measure), nullptr) << measure;
    }
    for (const FigureCurve& curve : layout.curves)
      EXPECT_TRUE(algorithms::find_descriptor(curve.runs.algorithm)) << curve.runs.title;
    for (const auto& [place, value] : published(layout.name)) {
      const auto is_it = [&title = place.first](const FigureCurve& curve) {
        return curve.runs.title == title;
      };
      EXPECT_TRUE(std::ranges::any_of(layout.curves, is_it)) << place.first;
      EXPECT_EQ(std::ranges::count(layout.panels, place.second, &FigurePanel::title), 1) << place.second;
    }
  }
  EXPECT_EQ(names, (std::set<std::string>{"flower", "jiang2019-figure1", "jiang2019-figure2",
                                          "jiang2019-figure3", "jiang2019-figure4"}));
}

TEST(FigureLayouts, FaultsAreNamed) {
  const std::string head = "title = \"t\"\ncaption = \"c\"\nkind = \"rounds\"\ncolumns = 1\n",
                    panel = "[[panels]]\ntitle = \"p\"\ndataset = \"d\"\nsupport = 1\nshows = [\"s\"]\n",
                    curve = "[[curves]]\ntitle = \"r\"\nalgorithm = \"a\"\n";
  EXPECT_NO_THROW(parse_figure_layout("x", head + panel + curve));
  for (const std::string& text :
       {head + panel, panel + curve, head + panel + curve + "panel = \"q\"\n",
        head + panel + curve + "colour = 9\n", head + panel + curve + "key = 1\n",
        "title = \"t\"\ncaption = \"c\"\nkind = \"pie\"\ncolumns = 1\n" + panel + curve})
    EXPECT_THROW(parse_figure_layout("x", text), Error) << text;
}

/// Initial and personalised means over two seeds, with their deviation: .5 and .7 less .1 are .4 and .6.
TEST(PaperFigure, HasInitialAndPersonalisedCourses) {
  const std::vector<Source> sources{
      source({averaging(1, 2, {0.5, 0.8}), averaging(2, 2, {0.7, 0.8}), averaging(1, 10, {0.6, 0.9})})};
  const auto comparisons = compare(sources);
  const auto figure = paper_figure(figure_layout_named("jiang2019-figure1"), comparisons);
  ASSERT_TRUE(figure);
  ASSERT_EQ(figure->panels.size(), 1U);
  EXPECT_EQ(legend(*figure), (std::vector<std::string>{"E = 2, initial", "E = 2, personalised",
                                                       "E = 10, initial", "E = 10, personalised"}));
  EXPECT_EQ(block(*figure, "E = 2, personalised"), "1 50 35.8578644 64.1421356\n2 70 70 70\n");
  EXPECT_EQ(block(*figure, "E = 2, initial"), "1 30 15.8578644 44.1421356\n2 50 50 50\n");
  EXPECT_EQ(block(*figure, "E = 10, initial"), "1 30 30 30\n2 60 60 60\n");
  EXPECT_TRUE(contains(figure->caption, "1 to 2 seeds"));
  EXPECT_TRUE(contains(figure->caption, "Panels that were not run: Shakespeare.")) << figure->caption;
  EXPECT_EQ(figure->columns, 1U);
}

TEST(PaperFigure, IsLeftOutWithoutRuns) {
  const std::vector<Source> sources{{"a.h5", results_with({run("maml", 1, slow, 0, 10, 8)})}};
  const auto comparisons = compare(sources);
  for (const FigureLayout& layout : figure_layouts()) EXPECT_FALSE(paper_figure(layout, comparisons));
}

/// A model that was trained, and one that started from it; centrally trained ones by their epochs.
TEST(PaperFigure, TellsModelsByHowTheyWereTrained) {
  const auto personalised = [](record::Run one, const std::string& optimizer, double first, double second) {
    set(one, "personal_optimizer", optimizer);
    set(one, "personal_curve", std::int64_t{1});
    one.curve = {{0, 0, first}, {1, 0, second}};
    return one;
  };
  std::vector<record::Run> runs{personalised(averaging(1, 10, {0.5, 0.8}), "sgd", 0.5, 0.75)};
  auto started = personalised(averaging(1, 10, {0.5, 0.8}), "adam", 0.5, 0.7);
  set(started, "rounds", std::int64_t{0});
  set(started, "start_from", "figure2-fedavg10-sgd.h5:perfedavg");
  auto tuned = personalised(averaging(1, 10, {0.5, 0.8}), "adam", 0.6, 0.8);
  set(tuned, "rounds", std::int64_t{0});
  set(tuned, "start_from", "figure2-reptile10-sgd.h5:perfedavg");
  auto reptile = personalised(averaging(1, 10, {0.5, 0.8}), "sgd", 0.6, 0.9);
  set(reptile, "stage2_rounds", std::int64_t{200});
  set(reptile, "stage2_server_optimizer", "adam");
  auto central = personalised(averaging(1, 10, {0.5, 0.8}), "sgd", 0.7, 0.2);
  // The training clients have one support sample each: ten rounds of five of them are 25 epochs.
  for (const auto& [name, value] :
       {std::pair{"rounds", std::int64_t{10}}, {"local_steps", 1}, {"batch_size", 5}})
    set(central, name, value);
  set(central, "server_optimizer", "adam");
  set(central, "local_data", "support");
  auto central10 = personalised(central, "adam", 0.7, 0.3);
  set(central10, "rounds", std::int64_t{0});
  set(central10, "start_from", "any.h5:perfedavg");
  set(central10, "start_rounds", std::int64_t{4});
  runs.insert(runs.end(), {started, tuned, reptile, central, central10});
  for (std::size_t i = 0; i < runs.size(); ++i) runs[i].header.seed = static_cast<std::int64_t>(i);
  const std::vector<Source> sources{source(runs)};
  const auto comparisons = compare(sources);
  const auto figure = paper_figure(figure_layout_named("jiang2019-figure2"), comparisons);
  ASSERT_TRUE(figure);
  ASSERT_EQ(figure->panels.size(), 2U);
  EXPECT_EQ(
      legend(*figure),
      (std::vector<std::string>{"FedAvg(10), SGD", "FedAvg(10), Adam", "Reptile(10), SGD",
                                "Reptile(10), Adam", "central, 10 epochs, Adam", "central, 50 epochs, SGD"}));
  EXPECT_EQ(block(*figure, "FedAvg(10), SGD"), "0 50 50 50\n1 75 75 75\n");
  EXPECT_EQ(block(*figure, "FedAvg(10), Adam"), "0 50 50 50\n1 70 70 70\n");
  EXPECT_EQ(block(*figure, "Reptile(10), SGD"), "0 60 60 60\n1 90 90 90\n");
  EXPECT_EQ(block(*figure, "Reptile(10), Adam"), "0 60 60 60\n1 80 80 80\n");
  EXPECT_EQ(block(*figure, "central, 50 epochs, SGD"), "0 70 70 70\n1 20 20 20\n");
  EXPECT_EQ(block(*figure, "central, 10 epochs, Adam"), "0 70 70 70\n1 30 30 30\n");
  EXPECT_TRUE(contains(figure->caption, "Not run: Reptile(1), SGD; Reptile(1), Adam.")) << figure->caption;
}

/// Whichever file was given first: the run that counts may have no curve of its own.
TEST(PaperFigure, TakesTheCurveOfARepetition) {
  auto plain = averaging(1, 10, {0.5, 0.8}), curved = plain;
  set(plain, "personal_curve", std::int64_t{1});
  set(curved, "personal_curve", std::int64_t{1});
  curved.rounds[0].seconds = 7;
  curved.curve = {{0, 0, 0.5}, {1, 0, 0.75}};
  const std::vector<Source> sources{source({plain}), source({curved})};
  const auto comparisons = compare(sources);
  ASSERT_EQ(comparisons[0].methods[0].repeats.size(), 1U);
  const auto figure = paper_figure(figure_layout_named("jiang2019-figure2"), comparisons);
  ASSERT_TRUE(figure);
  EXPECT_EQ(block(*figure, "FedAvg(10), SGD"), "0 50 50 50\n1 75 75 75\n");
  EXPECT_TRUE(contains(figure->panels[0].settings, "set yrange [0<*:*]")) << "gnuplot makes -1 to 1 of 0";
}

/// As in Chen et al.'s Figures 6 and 7.
TEST(TopFigure, LevelsHaveNoMarks) {
  auto counts = run("mfu", 1, std::array{0.5}, 0, 0, 0),
       trained = run("maml", 1, std::array{0.5, 0.6}, 0, 10, 8);
  counts.rounds.clear();
  counts.evaluations[0].round = 0;
  for (auto* one : {&counts, &trained})
    for (auto& row : one->evaluations) row.accuracy_top4 = 0.75;
  const std::vector<Source> sources{{"a.h5", results_with({counts, trained})}};
  const auto figure = top_figure(compare(sources)[0], 0);
  ASSERT_EQ(legend(figure), (std::vector<std::string>{"maml", "mfu"}));
  EXPECT_GT(figure.legend[0].pen.mark, 0);
  EXPECT_EQ(figure.legend[1].pen.mark, 0);
  EXPECT_TRUE(contains(figure.panels[0].lines[1], "50 with lines")) << figure.panels[0].lines[1];
}

/// Points of seeds, and a density that is the kernel's own where all seeds are alike.
TEST(PaperFigure, ShowsTheSpreadOverSeeds) {
  std::vector<record::Run> runs;
  for (const int seed : {1, 2, 3}) runs.push_back(averaging(seed, 10, {0.5, 0.8 + 0.01 * (3 - seed)}));
  const std::vector<Source> sources{source(runs)};
  const auto comparisons = compare(sources);
  const auto figure = paper_figure(figure_layout_named("jiang2019-figure3"), comparisons);
  ASSERT_TRUE(figure);
  EXPECT_EQ(block(*figure, "FedAvg(10), personalised: accuracy in percent of each seed"),
            "70 0.36\n71 0.36\n72 0.36\n");
  EXPECT_EQ(block(*figure, "FedAvg(10), initial: accuracy in percent of each seed"),
            "50 0.29\n51 0.29\n52 0.29\n");
  // The highest density is in the middle, .7 above the base of .22; rows count downwards.
  EXPECT_TRUE(contains(block(*figure, "FedAvg(10), initial: accuracy in percent, density"), "\n51"));
  EXPECT_TRUE(contains(block(*figure, "FedAvg(10), initial: accuracy in percent, density"), " -0.48 0.22\n"));
  EXPECT_EQ(figure->y_names.size(), 3U);
  EXPECT_TRUE(contains(figure->caption, "3 seeds"));
}

/// A client of two seeds counts once, with its means: (.25 + .5) / 2 and (.75 + .5) / 2.
TEST(PaperFigure, ShowsClientsBeforeAndAfter) {
  auto first = averaging(1, 10, {0.5, 0.8}), second = averaging(2, 10, {0.5, 0.8});
  first.clients = {{2, 0.5, 0.25, 2}, {3, 0.25, 0.75, 2}};
  second.clients = {{2, 0.5, 0.5, 2}, {3, 0.5, 0.5, 2}};
  const std::vector<Source> sources{source({first, second})};
  const auto comparisons = compare(sources);
  const auto figure = paper_figure(figure_layout_named("jiang2019-figure4"), comparisons);
  ASSERT_TRUE(figure);
  ASSERT_EQ(figure->panels.size(), 1U);
  EXPECT_EQ(block(*figure, "FedAvg(10)"), "50 37.5\n37.5 62.5\n");
  EXPECT_TRUE(contains(figure->caption, "1 of 2 gain, 1 lose.")) << figure->caption;
  EXPECT_TRUE(contains(figure->caption, "Panels that were not run: Reptile(1); Reptile(10)."));
}

/// As measured, smoothed (.2, then .95 x .2 + .05 x .6 = .22), and where the baseline's own curve ends.
TEST(PaperFigure, SmoothsAndMarksWhatWasPublished) {
  auto one = run("maml", 1, std::array{0.2, 0.6}, 0, 10, 8);
  one.header.hyperparameters.emplace_back("init", "torch");
  const std::vector<Source> sources{{"a.h5", results_with({one})}};
  const auto comparisons = compare(sources);
  const auto figure = paper_figure(figure_layout_named("flower"), comparisons);
  ASSERT_TRUE(figure);
  ASSERT_EQ(figure->panels.size(), 2U);  // FEMNIST's
  EXPECT_EQ(block(*figure, "FedMeta(MAML): place, one seed as measured"), "1 20\n2 60\n");
  EXPECT_EQ(block(*figure, "FedMeta(MAML): place, mean"), "1 20 20 20\n2 22 22 22\n");
  EXPECT_EQ(block(*figure, "FedMeta(MAML): place, published"), "2 86\n");
  EXPECT_EQ(legend(*figure), (std::vector<std::string>{"FedMeta(MAML)", "published, at the end"}));
}

record::Run tried(double inner, double outer, double accuracy) {
  auto one = run("maml", 1, std::array{accuracy}, 0, 10, 8);
  one.header.hyperparameters[0].second = inner;
  one.header.hyperparameters.emplace_back("outer_lr", outer);
  one.evaluations.push_back(one.evaluations[0]);
  one.evaluations.back().split = "validation";
  return one;
}

TEST(SelectionFigures, MapTheGridAndFrameTheChosenCell) {
  Choices choices;
  choices.select = true;
  const std::vector<Source> sources{{"a.h5", results_with({tried(0.1, 1, 0.5), tried(0.2, 1, 0.75)})},
                                    {"b.h5", results_with({tried(0.1, 2, 0.25), tried(0.2, 2, 1)})}};
  auto several = sources;  // one seed of a method for each file
  for (auto& source : several)
    for (auto& one : source.results.runs) one.header.seed = 1;
  const auto comparisons = compare(several, choices);
  const auto figures = selection_figures(comparisons[0]);
  ASSERT_EQ(figures.size(), 1U);
  EXPECT_EQ(figures[0].name, "femnist-generated-20-selection-maml");
  EXPECT_EQ(block(figures[0], "places, accuracy in percent"), "0 0 50\n0 1 25\n1 0 75\n1 1 100\n");
  EXPECT_EQ(block(figures[0], "places of the chosen one"), "1 1\n");
  EXPECT_TRUE(contains(figures[0].panels[0].settings, "set xtics ('0.1' 0, '0.2' 1)"));
  EXPECT_TRUE(contains(figures[0].caption, "mean over at most 1 complete seed, 4 candidates."));
  EXPECT_TRUE(selection_figures(compare(sources)[0]).empty());
}

}  // namespace
}  // namespace fedmeta::report
