// The whole report, from results files to a folder.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <functional>

#include "base/error.hpp"
#include "record/results_writer.hpp"
#include "record/synthetic_results.hpp"
#include "report/files.hpp"
#include "report/report.hpp"

namespace fedmeta::report {
namespace {

namespace fs = std::filesystem;
using record::run;

constexpr std::array rising{0.3, 0.6, 0.8};

record::Results two_methods() {
  record::Results results = record::head();
  results.runs = {run("fedavg", 1, rising, .5, 1000, 80), run("maml", 1, rising, .9, 3000, 80)};
  results.runs[1].curve = {{0, 0.5, 0.5}, {1, 0.625, 0.75}};
  results.runs[1].header.hyperparameters = results.runs[0].header.hyperparameters;  // the same target
  return results;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
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
  for (const char* name : {"accuracy", "loss", "personalisation", "overhead", "clients"})
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

/// Of seeds 1 and 2 with accuracies .3 .6 .8 and .5 .5 .9 and a weight of one half: .3 .45 .625 and .5 .5 .7.
TEST(WriteReport, SmoothsCoursesButNoTable) {
  const record::Folder folder;
  record::Results results = record::head();
  results.runs = {run("maml", 1, rising, .5, 1000, 80),
                  run("maml", 2, std::array{0.5, 0.5, 0.9}, .5, 1000, 80)};
  results.runs[1].header.hyperparameters = results.runs[0].header.hyperparameters;
  record::write(folder.path() / "a.h5", results);
  write_report({folder.path() / "a.h5"}, folder.path() / "raw");
  write_report({folder.path() / "a.h5"}, folder.path() / "smooth", 0.5);
  const auto text = [&](const std::string& name) { return read_file(folder.path() / name); };
  const std::string figure = "/figures/femnist-generated-20-accuracy",
                    table = "/tables/femnist-generated-20-";
  EXPECT_TRUE(contains(text("raw" + figure + ".dat"), " 40 30 50\n"));
  EXPECT_TRUE(contains(text("raw" + figure + ".dat"), " 55 50 60\n"));
  EXPECT_TRUE(contains(text("smooth" + figure + ".dat"), " 40 30 50\n"));
  EXPECT_TRUE(contains(text("smooth" + figure + ".dat"), " 47.5 45 50\n"));
  EXPECT_TRUE(contains(text("smooth" + figure + ".dat"), " 66.25 62.5 70\n"));
  EXPECT_FALSE(contains(text("raw" + figure + ".gp"), "moving average"));
  EXPECT_TRUE(contains(text("smooth" + figure + ".gp"), "accuracy (%), moving average (weight 0.5)'"));
  for (const std::string name : {"accuracy.csv", "overhead.csv", "cost.csv"})
    EXPECT_EQ(text("smooth" + table + name), text("raw" + table + name));
}

TEST(WriteReport, GnuplotDrawsEveryFigure) {
  const record::Folder folder;
  record::write(folder.path() / "a.h5", two_methods());
  const fs::path out = folder.path() / "it's a \"folder\"";
  if (!write_report({folder.path() / "a.h5"}, out).drawn) GTEST_SKIP() << "SKIPPED: gnuplot is not installed";
  for (const char* name : {"accuracy", "loss", "personalisation", "overhead", "clients"}) {
    const fs::path figure = out / "figures" / ("femnist-generated-20-" + std::string(name));
    EXPECT_TRUE(contains(read_file(figure.string() + ".svg"), "</svg>")) << name;
    EXPECT_GT(fs::file_size(figure.string() + ".png"), 5'000u) << name;
  }
  EXPECT_TRUE(contains(read_file(out / "report.html"), "<svg"));
}

TEST(WriteReport, LeavesScriptsWhereGnuplotIsNotInstalled) {
  const record::Folder folder;
  record::write(folder.path() / "a.h5", two_methods());
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", folder.path().c_str(), 1);
  const Outcome outcome = write_report({folder.path() / "a.h5"}, folder.path() / "out");
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_FALSE(outcome.drawn);
  EXPECT_TRUE(fs::exists(folder.path() / "out/figures/femnist-generated-20-accuracy.gp"));
  EXPECT_FALSE(fs::exists(folder.path() / "out/figures/femnist-generated-20-accuracy.svg"));
  EXPECT_TRUE(contains(read_file(folder.path() / "out/report.md"), "Figure not drawn"));
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
  expect_status(Status::usage, "the same run twice", [&] {
    write_report({file, file}, folder.path() / "out");
  });
  EXPECT_FALSE(fs::exists(folder.path() / "out"));
}

}  // namespace
}  // namespace fedmeta::report
