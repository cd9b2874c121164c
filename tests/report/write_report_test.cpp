// The whole report, from results files to a folder.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <functional>

#include "base/error.hpp"
#include "record/file_seal.hpp"
#include "record/results_writer.hpp"
#include "record/synthetic_results.hpp"
#include "report/contains.hpp"
#include "report/output/document.hpp"
#include "report/output/files.hpp"
#include "report/report.hpp"

namespace fedmeta::report {
namespace {

namespace fs = std::filesystem;
using record::run;

constexpr std::array rising{0.3, 0.6, 0.8}, low{0.2, 0.3, 0.4};

record::Results two_methods() {
  record::Results results = record::head();
  results.runs = {run("fedavg", 1, rising, .5, 1000, 80), run("maml", 1, low, .5, 3000, 80)};
  results.runs[1].curve = {{0, 0.5, 0.5}, {1, 0.625, 0.75}};
  return results;
}

void expect_status(Status status, const std::string& part, const std::function<void()>& action) {
  try {
    action();
    ADD_FAILURE() << "no error; expected: " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), status) << error.what();
    EXPECT_TRUE(contains(error.what(), part)) << error.what();
  }
}

TEST(WriteReport, WritesEveryPart) {
  const record::Folder folder;
  record::write(folder.path() / "a.h5", two_methods());
  const Outcome outcome = write_report({folder.path() / "a.h5"}, folder.path() / "out");
  EXPECT_FALSE(outcome.incomplete);
  const std::string prefix = "femnist-generated-20";
  for (const char* name : {"accuracy", "overhead", "cost"})
    EXPECT_TRUE(fs::exists(folder.path() / "out/tables" / (prefix + "-" + name + ".csv"))) << name;
  for (const char* name : {"accuracy", "loss", "spending", "personalisation", "overhead", "clients"})
    for (const char* ending : {".gp", ".dat"})
      EXPECT_TRUE(fs::exists(folder.path() / "out/figures" / (prefix + "-" + name + ending)))
          << name << ending;
  for (const char* page : {"report.md", "report.html"}) {
    const std::string text = read_file(folder.path() / "out" / page);
    EXPECT_TRUE(contains(text, "generated")) << page;
    EXPECT_TRUE(contains(text, "meta-learning")) << page;
    EXPECT_TRUE(contains(text, "0 of 1")) << page;  // maml never reaches the target, and is shown
  }
  EXPECT_TRUE(contains(read_file(folder.path() / "out/figures" / (prefix + "-overhead.dat")), "not reached"));
  EXPECT_TRUE(contains(read_file(folder.path() / "out/figures" / (prefix + "-personalisation.dat")),
                       "\n0 50 50 50\n1 75 75 75\n"));
}

TEST(WriteReport, TellsTheMachineAndWhereFilesComeFrom) {
  const record::Folder folder;
  const auto file = folder.path() / "a.h5";
  record::write(file, two_methods());
  write_report({file}, folder.path() / "out", {.machine = {.prices = {.core_hour = 1}}});
  for (const char* name : {"machines", "machine-rounds", "machine-ranks", "machine-efficiency",
                           "machine-energy", "machine-prices", "files"})
    EXPECT_TRUE(fs::exists(folder.path() / "out/tables" / (std::string(name) + ".csv"))) << name;
  EXPECT_FALSE(fs::exists(folder.path() / "out/tables/machine-scaling.csv"));
  const auto files = read_file(folder.path() / "out/tables/files.csv");
  EXPECT_TRUE(contains(files, record::file_sum(file))) << files;
  EXPECT_TRUE(contains(files, "\"fedmeta_bench --seeds 1,2\"")) << files;
  const auto page = read_file(folder.path() / "out/report.html");
  EXPECT_TRUE(contains(page, "<details><summary>a.h5</summary>")) << "collapsed";
  EXPECT_TRUE(contains(page, "<pre>seeds = [1, 2]\nname = &quot;Zo\xc3\xab&quot;\n</pre>"));
  const auto markdown = read_file(folder.path() / "out/report.md");
  EXPECT_TRUE(contains(markdown, "- XXH3: " + record::file_sum(file) + "\n"));
  EXPECT_TRUE(contains(markdown, "Not in this section: no scaling"));
}

/// Of seeds 1 and 2 with accuracies .3 .6 .8 and .5 .5 .9 and a weight of one half: .3 .45 .625 and .5 .5 .7.
TEST(WriteReport, SmoothsCoursesButNoTable) {
  const record::Folder folder;
  record::Results results = record::head();
  results.runs = {run("maml", 1, rising, .5, 1000, 80),
                  run("maml", 2, std::array{0.5, 0.5, 0.9}, .5, 1000, 80)};
  results.runs[1].header.hyperparameters = results.runs[0].header.hyperparameters;
  record::write(folder.path() / "a.h5", results);
  write_report({folder.path() / "a.h5"}, folder.path() / "raw");
  write_report({folder.path() / "a.h5"}, folder.path() / "smooth", {.smoothing = 0.5});
  const auto text = [&](const std::string& name) { return read_file(folder.path() / name); };
  const std::string figure = "/figures/femnist-generated-20-accuracy",
                    table = "/tables/femnist-generated-20-";
  EXPECT_TRUE(contains(text("raw" + figure + ".dat"), "\n1 40 25.8578644 54.1421356\n"));
  EXPECT_TRUE(contains(text("raw" + figure + ".dat"), "\n2 55 47.9289322 62.0710678\n"));
  EXPECT_TRUE(contains(text("smooth" + figure + ".dat"), "\n1 40 25.8578644 54.1421356\n"));
  EXPECT_TRUE(contains(text("smooth" + figure + ".dat"), "\n2 47.5 "));
  EXPECT_TRUE(contains(text("smooth" + figure + ".dat"), "\n3 66.25 "));
  EXPECT_FALSE(contains(text("raw" + figure + ".gp"), "moving average"));
  EXPECT_TRUE(contains(text("smooth" + figure + ".gp"), "accuracy (%), moving average (weight 0.5)'"));
  for (const std::string name : {"accuracy.csv", "overhead.csv", "cost.csv"})
    EXPECT_EQ(text("smooth" + table + name), text("raw" + table + name));
}

/// Of seed 1 evaluated in rounds 1, 2 and 3 and seed 2 in round 2 alone: no mean jumps to one of them.
TEST(WriteReport, CurvesAreMeansWhereAllSeedsAre) {
  const record::Folder folder;
  record::Results results = record::head();
  results.runs = {run("maml", 1, rising, .5, 1000, 80),
                  run("maml", 2, std::array{0.5, 0.5, 0.9}, .5, 1000, 80)};
  results.runs[1].evaluations = {results.runs[1].evaluations[1]};
  results.runs[1].header.hyperparameters = results.runs[0].header.hyperparameters;
  record::write(folder.path() / "a.h5", results);
  write_report({folder.path() / "a.h5"}, folder.path() / "out");
  const auto data = read_file(folder.path() / "out/figures/femnist-generated-20-accuracy.dat");
  EXPECT_TRUE(contains(data, "standard deviation\n2 55 47.9289322 62.0710678\n\n\n")) << data;
  EXPECT_TRUE(contains(data, "one seed\n1 30\n2 60\n3 80\n")) << data;
  const auto script = read_file(folder.path() / "out/figures/femnist-generated-20-accuracy.gp");
  EXPECT_TRUE(contains(script, "lw 0.8 dt 2")) << script;
}

/// gnuplot gives the patterns of every picture the same ids: one picture's hatching took another's colour.
TEST(WriteReport, PicturesInAPageHaveIdsOfTheirOwn) {
  const record::Folder folder;
  for (const std::string name : {"a", "b"})
    write_file(folder.path() / (name + ".svg"),
               "<?xml?>\n<svg><pattern id='p1'/><rect fill = 'url(#p1)'/><use xlink:href='#p1'/></svg>");
  const auto page = to_html({Picture{"a", "", true}, Picture{"b", "", true}}, folder.path());
  for (const std::string name : {"a", "b"})
    for (const std::string& part :
         {"id='" + name + "-p1'", "url(#" + name + "-p1)", "href='#" + name + "-p1'"})
      EXPECT_TRUE(contains(page, part)) << part << "\n" << page;
  EXPECT_FALSE(contains(page, "'p1'"));
  EXPECT_FALSE(contains(page, "#p1"));
}

TEST(WriteReport, GnuplotDrawsEveryFigure) {
  const record::Folder folder;
  record::write(folder.path() / "a.h5", two_methods());
  const fs::path out = folder.path() / "it's a \"folder\"";
  const Outcome outcome = write_report({folder.path() / "a.h5"}, out);
  if (outcome.why_not_drawn == why_not(Drawn::not_installed))
    GTEST_SKIP() << "SKIPPED: gnuplot is not installed";
  EXPECT_EQ(outcome.figures, 6U);
  EXPECT_EQ(outcome.not_drawn, 0U) << outcome.why_not_drawn;
  for (const char* name : {"accuracy", "loss", "spending", "personalisation", "overhead", "clients"}) {
    const fs::path figure = out / "figures" / ("femnist-generated-20-" + std::string(name));
    EXPECT_TRUE(contains(read_file(figure.string() + ".svg"), "</svg>")) << name;
    EXPECT_GT(fs::file_size(figure.string() + ".png"), 5'000u) << name;
  }
  EXPECT_TRUE(contains(read_file(out / "report.html"), "<svg"));
}

/// A report beside whatever a test puts in gnuplot's place.
class WithoutPictures : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("PATH", (folder_.path() / "bin:").string().append(path_).c_str(), 1);
    fs::create_directory(folder_.path() / "bin");
    record::write(folder_.path() / "a.h5", two_methods());
  }
  void TearDown() override { ::setenv("PATH", path_.c_str(), 1); }

  void make_gnuplot(const std::string& commands) const {
    const fs::path file = folder_.path() / "bin/gnuplot";
    write_file(file, "#!/bin/sh\n" + commands + "\n");
    fs::permissions(file, fs::perms::owner_all);
  }

  /// All but the pictures is there, and no page speaks of one.
  void expect_no_pictures(const std::string& why, std::chrono::milliseconds limit = picture_limit) const {
    const fs::path out = folder_.path() / "out";
    const Outcome outcome = write_report({folder_.path() / "a.h5"}, out, {.limit = limit});
    EXPECT_EQ(outcome.figures, 6U);
    EXPECT_EQ(outcome.not_drawn, 6U);
    EXPECT_EQ(outcome.why_not_drawn, why);
    const std::string prefix = "femnist-generated-20-";
    for (const char* name : {"accuracy.csv", "overhead.csv", "cost.csv"})
      EXPECT_TRUE(fs::exists(out / "tables" / (prefix + name))) << name;
    EXPECT_TRUE(fs::exists(out / "figures" / (prefix + "accuracy.gp")));
    for (const auto& entry : fs::directory_iterator(out / "figures"))
      EXPECT_TRUE(entry.path().extension() == ".gp" || entry.path().extension() == ".dat") << entry.path();
    const std::string markdown = read_file(out / "report.md"), page = read_file(out / "report.html");
    EXPECT_TRUE(contains(markdown, "Figure not drawn"));
    EXPECT_FALSE(contains(markdown, ".svg"));
    EXPECT_TRUE(contains(page, "Not drawn"));
    EXPECT_FALSE(contains(page, "<svg"));
  }

  record::Folder folder_;
  std::string path_ = std::getenv("PATH");
};

TEST_F(WithoutPictures, AsGnuplotIsNotInstalled) {
  ::setenv("PATH", (folder_.path() / "bin").c_str(), 1);
  expect_no_pictures("gnuplot is not installed");
}

TEST_F(WithoutPictures, AsGnuplotFails) {
  make_gnuplot("exit 1");
  expect_no_pictures("gnuplot failed");
}

TEST_F(WithoutPictures, AsGnuplotDrawsNothing) {
  make_gnuplot("exit 0");
  expect_no_pictures("gnuplot failed");
}

TEST_F(WithoutPictures, AsGnuplotStopsInTheMiddle) {
  make_gnuplot("for script; do true; done; echo '<svg>' > ${script%gp}svg");
  expect_no_pictures("gnuplot failed");
}

/// It is not waited for five times.
TEST_F(WithoutPictures, AsGnuplotHangs) {
  make_gnuplot("echo called >> ../../calls; sleep 300");
  expect_no_pictures("gnuplot took too long", std::chrono::milliseconds(500));
  EXPECT_EQ(read_file(folder_.path() / "calls"), "called\n");
}

/// Those of an earlier call show other data.
TEST_F(WithoutPictures, AlsoWhereThereWereSome) {
  for (const char* name : {"accuracy.svg", "accuracy.png", "clients.svg"}) {
    fs::create_directories(folder_.path() / "out/figures");
    write_file(folder_.path() / "out/figures" / ("femnist-generated-20-" + std::string(name)), "<svg></svg>");
  }
  make_gnuplot("exit 1");
  expect_no_pictures("gnuplot failed");
}

/// Each figure for itself; an SVG is shown although its PNG failed.
TEST_F(WithoutPictures, OfOneFigureOnly) {
  make_gnuplot(
      "for script; do true; done\n"
      "case $2$script in *png*loss.gp) exit 1;; *png*) echo png > ${script%gp}png;; esac\n"
      "case $script in *-clients.gp) exit 1;; esac\n"
      "case $2 in *svg*) echo '<svg></svg>' > ${script%gp}svg;; esac");
  const Outcome outcome = write_report({folder_.path() / "a.h5"}, folder_.path() / "out");
  EXPECT_EQ(outcome.not_drawn, 2U);
  const std::string markdown = read_file(folder_.path() / "out/report.md");
  EXPECT_TRUE(contains(markdown, "(figures/femnist-generated-20-loss.svg)"));
  EXPECT_TRUE(contains(markdown, "(figures/femnist-generated-20-overhead.svg)"));
  EXPECT_FALSE(contains(markdown, "(figures/femnist-generated-20-clients.svg)"));
}

TEST(WriteReport, IsNotWrittenOverItsInputs) {
  const record::Folder folder;
  fs::create_directories(folder.path() / "out");
  record::write(folder.path() / "out/report.md", two_methods());
  expect_status(Status::usage, "an input lies where the report is written",
                [&] { write_report({folder.path() / "out/report.md"}, folder.path() / "out"); });
}

/// Microbenchmarks and fleets as well as results, and by other names.
TEST(WriteReport, IsNotWrittenOverAnyInput) {
  const record::Folder folder;
  const auto file = folder.path() / "a.h5", out = folder.path() / "out", mine = folder.path() / "mine";
  record::write(file, two_methods());
  fs::create_directories(out / "tables");
  const auto expect_kept = [&](const Wishes& wishes, const fs::path& input) {
    const auto before = read_file(input);
    expect_status(Status::usage, "an input lies where the report is written",
                  [&] { write_report({file}, out, wishes); });
    EXPECT_EQ(read_file(input), before);
  };
  const auto input = out / "tables/runs.csv";
  write_file(input, "mine");
  expect_kept({.machine = {.microbenchmarks = {input}}}, input);
  Wishes with_fleet{.fleet = load_fleet("default")};
  with_fleet.fleet->name = input.string();
  expect_kept(with_fleet, input);
  fs::rename(input, mine);
  fs::create_symlink(mine, input);
  with_fleet.fleet->name = mine.string();
  expect_kept(with_fleet, mine);
  fs::rename(mine, out / "f.toml");  // whose name no report has
  fs::remove(input);
  with_fleet.fleet->name = (out / "f.toml").string();
  EXPECT_NO_THROW(write_report({file}, out, with_fleet));
  EXPECT_EQ(read_file(out / "f.toml"), "mine");
}

TEST(WriteReport, MarksWhatIsNotComplete) {
  const record::Folder folder;
  record::Results results = two_methods();
  results.header.status = "interrupted";
  results.runs[0].status = "interrupted";
  results.runs[0].rounds.resize(1);
  results.runs[0].evaluations.clear();
  results.runs[0].clients.clear();
  results.runs[0].target.reset();
  record::write(folder.path() / "a.h5", results);
  EXPECT_TRUE(write_report({folder.path() / "a.h5"}, folder.path() / "out").incomplete);
  const std::string text = read_file(folder.path() / "out/report.md");
  EXPECT_TRUE(contains(text, "a.h5 is not complete: its status is interrupted"));
  EXPECT_TRUE(contains(text, "fedavg seed 1 is not complete (interrupted)"));
}

TEST(WriteReport, ReadsAFileWithoutRuns) {
  const record::Folder folder;
  const record::Results results = record::head();
  { record::ResultsWriter(folder.path() / "a.h5", false, results.header, results.system, results.data); }
  EXPECT_TRUE(write_report({folder.path() / "a.h5.part"}, folder.path() / "out").incomplete);
  EXPECT_TRUE(contains(read_file(folder.path() / "out/report.md"), "has no runs"));
}

TEST(WriteReport, NamesWhatItCannotReadOrWrite) {
  const record::Folder folder;
  const fs::path file = folder.path() / "a.h5";
  record::write(file, two_methods());
  expect_status(Status::own_file, "none.h5",
                [&] { write_report({folder.path() / "none.h5"}, folder.path()); });
  expect_status(Status::own_file, "/proc/out", [&] { write_report({file}, "/proc/out"); });
  expect_status(Status::own_file, "a.h5", [&] { write_report({file}, file); });
  expect_status(Status::usage, "the same file twice", [&] {
    write_report({file, file}, folder.path() / "out");
  });
  EXPECT_FALSE(fs::exists(folder.path() / "out"));
}

}  // namespace
}  // namespace fedmeta::report
