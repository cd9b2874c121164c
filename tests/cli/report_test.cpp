// fedmeta_report, and the pictures of fedmeta_data: hostile names, missing tools, paths that lead nowhere.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "cli/program.hpp"
#include "cli/statuses.hpp"
#include "data/temporary_folder.hpp"
#include "record/synthetic_results.hpp"

namespace fedmeta::test {
namespace {

namespace fs = std::filesystem;

/// In the folder of the test, whose paths are then relative.
class Programs : public testing::Test {
 protected:
  void SetUp() override {
    record::Results results = record::head();
    results.runs = {record::run("fedavg", 1, std::array{0.3, 0.6}, .5, 1000, 80)};
    record::write(path("a.h5"), results);
    ASSERT_EQ(run("fedmeta_data", {"generate", "synthetic", "--clients", "3", "--output", "d.h5"}).status, 0);
  }

  fs::path path(const std::string& name) const { return folder_.path() / name; }

  /// `before`: commands of the shell.
  Finished run(const std::string& program, const std::vector<std::string>& arguments,
               const std::string& before = "") const {
    return run_by_shell("cd '" + folder_.path().string() + "' && " + before + " exec \"$@\"", program,
                        arguments);
  }

  void expect_refused(const std::string& program, const std::vector<std::string>& arguments, int status,
                      const std::string& part, const std::string& before = "") const {
    const auto finished = run(program, arguments, before);
    SCOPED_TRACE(program + " " + arguments.front());
    EXPECT_EQ(finished.status, status) << finished.err;
    EXPECT_TRUE(finished.err.starts_with(program + ": error: ")) << finished.err;
    EXPECT_NE(finished.err.find(part), std::string::npos) << part << " in " << finished.err;
    EXPECT_EQ(std::count(finished.err.begin(), finished.err.end(), '\n'), 1) << finished.err;
  }

  void make_pipe(const std::string& name) const { ASSERT_EQ(::mkfifo(path(name).c_str(), 0600), 0); }

  TemporaryFolder folder_;
};

TEST_F(Programs, ReadRegularFilesAlone) {
  make_pipe("pipe.h5");
  expect_refused("fedmeta_report", {"pipe.h5", "--out", "out"}, own_file, "a pipe (pipe.h5)");
  expect_refused("fedmeta_report", {"/dev/zero", "--out", "out"}, own_file, "a device");
  expect_refused("fedmeta_report", {".", "--out", "out"}, own_file, "a folder");
  expect_refused("fedmeta_data", {"inspect", "pipe.h5"}, bad_input, "a pipe (pipe.h5)");
  expect_refused("fedmeta_data", {"inspect", "/dev/zero", "--dataset", "shakespeare"}, bad_input, "a device");
  expect_refused("fedmeta_data", {"convert", "pipe.h5", "--dataset", "production", "--output", "b.h5"},
                 bad_input, "a pipe");
  expect_refused("fedmeta_data", {"inspect", "d.h5", "--glove", "pipe.h5"}, bad_input, "a pipe");
  EXPECT_FALSE(fs::exists(path("out")));
}

/// What a script's unset variable leaves.
TEST_F(Programs, RefuseEmptyPaths) {
  expect_refused("fedmeta_report", {"a.h5", "--out", ""}, usage, "the path is empty (--out)");
  expect_refused("fedmeta_report", {"", "--out", "out"}, usage, "the path is empty (FILE)");
  expect_refused("fedmeta_report", {"a.h5", "", "--out", "out"}, usage, "(FILE)");
  expect_refused("fedmeta_data", {"inspect", ""}, usage, "(PATH)");
  expect_refused("fedmeta_data", {"inspect", "d.h5", "--histogram", ""}, usage, "(--histogram)");
  expect_refused("fedmeta_data", {"inspect", "d.h5", "--glove", ""}, usage, "(--glove)");
  expect_refused("fedmeta_data", {"convert", "d.h5", "--output", ""}, usage, "(--output)");
  expect_refused("fedmeta_data", {"generate", "femnist", "--output", ""}, usage, "(--output)");
  expect_refused("fedmeta_data", {"picture", "--output", ""}, usage, "(--output)");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 2);
}

TEST_F(Programs, SmoothByANumber) {
  for (const std::string weight : {"nan", "-nan", "inf", "1", "x", "", "0x0p1", "1e-400", "-0.1"})
    expect_refused("fedmeta_report", {"a.h5", "--out", "out", "--smoothing=" + weight}, usage,
                   "(--smoothing)");
  EXPECT_FALSE(fs::exists(path("out")));
}

TEST_F(Programs, ReportByWhatIsAskedFor) {
  expect_refused("fedmeta_report", {"a.h5", "--out", "out", "--baseline", "maml"}, usage,
                 "no method is called maml (--baseline): use one of fedavg");
  expect_refused("fedmeta_report", {"a.h5", "--out", "out", "--target-on", "accurcy"}, usage,
                 "did you mean accuracy?");
  expect_refused("fedmeta_report", {"a.h5", "--out", "out", "--hold", "0"}, usage, "(--hold)");
  expect_refused("fedmeta_report", {"a.h5"}, usage, "no folder for the report (--out)");
  expect_refused("fedmeta_report", {"a.h5", "a.h5", "--out", "out"}, usage, "the same file twice");
  EXPECT_FALSE(fs::exists(path("out")));
  const auto finished = run("fedmeta_report",
                            {"a.h5", "--out", "out", "--baseline", "fedavg", "--hold", "2", "--target-on",
                             "accuracy-client-mean", "--pool-data-seeds"},
                            "PATH=/nowhere");
  EXPECT_EQ(finished.status, 0) << finished.err;
}

TEST_F(Programs, TellWhatAFleetOfPhonesWouldTake) {
  const auto finished =
      run("fedmeta_report", {"a.h5", "--out", "out", "--fleet", "default"}, "PATH=/nowhere");
  EXPECT_EQ(finished.status, 0) << finished.err;
  for (const char* table : {"fleet.csv", "femnist-generated-20-fleet.csv"})
    EXPECT_TRUE(fs::exists(path("out/tables") / table)) << table;
  fs::remove_all(path("out"));
  folder_.write("f.toml",
                "dropuot = 0.1\n[[devices]]\nname = \"d\"\nshare = 1\nflops_per_second = 1e9\n"
                "[[links]]\nname = \"l\"\nshare = 1\ndownlink = 1e6\nuplink = 1e6\n");
  expect_refused("fedmeta_report", {"a.h5", "--out", "out", "--fleet", "f.toml"}, usage,
                 "unknown key dropuot (f.toml, line 1): use one of devices, links, deadline, dropout, seed");
  expect_refused("fedmeta_report", {"a.h5", "--out", "out", "--fleet", "no.toml"}, usage, "(no.toml)");
  expect_refused("fedmeta_report", {"a.h5", "--out", "out", "--fleet", ""}, usage, "the path is empty");
}

TEST_F(Programs, ReportTheMachineByPricesAndMicrobenchmarks) {
  folder_.write("b.json", R"({"context": {"ranks": "1"}, "benchmarks": [{"name": "gradient/x"}]})");
  const auto finished = run("fedmeta_report",
                            {"a.h5", "--out", "out", "--price-core-hour", "0.04", "--price-gpu-hour", "2",
                             "--price-gb", "0.1", "--currency", "CHF", "--microbench", "b.json"},
                            "PATH=/nowhere");
  EXPECT_EQ(finished.status, 0) << finished.err;
  for (const char* table : {"machines", "machine-prices", "machine-ceilings"})
    EXPECT_TRUE(fs::exists(path("out/tables") / (std::string(table) + ".csv"))) << table;
  fs::remove_all(path("out"));
  expect_refused("fedmeta_report", {"a.h5", "--out", "out", "--price-gb", "-1"}, usage, "(--price-gb)");
  expect_refused("fedmeta_report", {"a.h5", "--out", "out", "--microbench", "a.h5"}, own_file,
                 "cannot read JSON");
  expect_refused("fedmeta_report", {"a.h5", "--out", "out", "--microbench", ""}, usage, "(--microbench)");
  EXPECT_FALSE(fs::exists(path("out")));
}

/// Status 1 if B is worse by more than the tolerance.
TEST_F(Programs, CompareTwoFiles) {
  record::Results results = record::head();
  results.runs = {record::run("fedavg", 1, std::array{0.3, 0.58}, .5, 1000, 80)};  // a.h5 ends at 0.6
  record::write(path("b.h5"), results);
  EXPECT_EQ(run("fedmeta_report", {"--compare", "a.h5", "b.h5", "--tolerance", "0.03"}).status, 0);
  EXPECT_EQ(run("fedmeta_report", {"--compare", "b.h5", "a.h5"}).status, 0);
  const auto worse = run("fedmeta_report", {"--compare", "a.h5", "b.h5"});
  EXPECT_EQ(worse.status, 1) << worse.err;
  EXPECT_NE(worse.out.find("B is worse: fedavg by 2.00 points"), std::string::npos) << worse.out;
  expect_refused("fedmeta_report", {"--compare", "a.h5"}, usage, "not two files but 1 (--compare)");
}

/// Whatever is given is read, or refused.
TEST_F(Programs, RefuseOptionsThatWouldDoNothing) {
  const std::vector<std::vector<std::string>> of_reports{
      {"--out", "out"},          {"--smoothing", "0.5"},
      {"--baseline", "fedavg"},  {"--target-on", "accuracy"},
      {"--hold", "1"},           {"--select"},
      {"--pool-data-seeds"},     {"--style", "paper"},
      {"--fleet", "default"},    {"--price-core-hour", "1"},
      {"--price-gpu-hour", "1"}, {"--price-gb", "1"},
      {"--currency", "CHF"},     {"--microbench", "b.json"}};
  for (const auto& option : of_reports) {
    std::vector<std::string> arguments{"--compare", "a.h5", "a.h5"};
    arguments.insert(arguments.end(), option.begin(), option.end());
    expect_refused("fedmeta_report", arguments, usage, "(" + option.front() + " with --compare)");
  }
  // No option of --help is left out here.
  const auto help = run("fedmeta_report", {"--help"}).out;
  std::set<std::string> told, known{"--help", "--version", "--compare", "--tolerance"};
  for (const auto& option : of_reports) known.insert(option.front());
  const std::regex line("\n +(?:-[a-z],)?(--[a-z-]+)");
  for (std::sregex_iterator match(help.begin(), help.end(), line), end; match != end; ++match)
    told.insert((*match)[1]);
  EXPECT_EQ(told, known);

  expect_refused("fedmeta_report", {"a.h5", "--out", "out", "--tolerance", "0.1"}, usage,
                 "(--tolerance without --compare)");
  expect_refused("fedmeta_report", {"a.h5", "--out", "out", "--currency", "CHF"}, usage,
                 "(--currency without --price-core-hour, --price-gb, --price-gpu-hour)");
  EXPECT_FALSE(fs::exists(path("out")));
}

TEST_F(Programs, RefuseOptionsGivenTwiceOrUnknown) {
  expect_refused("fedmeta_report", {"a.h5", "--out", "out", "--out", "out"}, usage,
                 "an option is given twice (--out)");
  expect_refused("fedmeta_report", {"a.h5", "--smoothin", "0.5", "--out", "out"}, usage,
                 "did you mean --smoothing?");
  EXPECT_FALSE(fs::exists(path("out")));
}

TEST_F(Programs, RefuseAWorkingFolderThatIsGone) {
  const std::string leave = "mkdir gone && cd gone && rmdir ../gone &&";
  expect_refused("fedmeta_report", {"a.h5", "--out", "out"}, usage, "the working folder is gone", leave);
  expect_refused("fedmeta_data", {"inspect", "d.h5"}, usage, "the working folder is gone", leave);
  expect_refused("fedmeta_data", {"generate", "femnist", "--output", "o"}, usage, "the working folder",
                 leave);
  expect_refused("fedmeta_data", {"picture", "--output", "o"}, usage, "the working folder is gone", leave);
  for (const char* program : {"fedmeta_report", "fedmeta_data"})
    EXPECT_EQ(run(program, {"--help"}, leave).status, 0);
}

TEST_F(Programs, NameFilesInOneLineWithoutEscapes) {
  expect_refused("fedmeta_report", {"no\n\x1b[2Jsuch.h5", "--out", "out"}, own_file,
                 "(no\\n\\x1b[2Jsuch.h5)");
  expect_refused("fedmeta_data", {"inspect", "no\n\x1b[2Jsuch.h5"}, bad_input, "(no\\n\\x1b[2Jsuch.h5)");
  fs::copy(path("a.h5"), path("b\n\x1b[2J.h5"));
  const auto finished = run("fedmeta_report", {"b\n\x1b[2J.h5", "--out", "o\n\x1b[2J"}, "PATH=/nowhere");
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_EQ((finished.out + finished.err).find('\x1b'), std::string::npos);
  EXPECT_EQ(std::count(finished.out.begin(), finished.out.end(), '\n'), 1) << finished.out;
}

TEST_F(Programs, ReportWithoutPicturesWhereGnuplotIsMissingOrFails) {
  fs::create_directory(path("bin"));
  folder_.write("bin/gnuplot", "#!/bin/sh\necho nonsense >&2\nexit 1\n");
  fs::permissions(path("bin/gnuplot"), fs::perms::owner_all);
  for (const std::string before : {"PATH=/nowhere", "PATH=$PWD/bin:$PATH"}) {
    fs::remove_all(path("out"));
    const auto finished = run("fedmeta_report", {"a.h5", "--out", "out"}, before);
    EXPECT_EQ(finished.status, 0);
    EXPECT_TRUE(finished.err.starts_with("fedmeta_report: warning: 5 of 5 figures")) << finished.err;
    EXPECT_EQ(std::count(finished.err.begin(), finished.err.end(), '\n'), 1) << finished.err;
    for (const char* file : {"report.md", "report.html", "tables/files.csv"})
      EXPECT_TRUE(fs::exists(path("out") / file)) << file;
  }
}

/// The statistics are told; the picture that was asked for is missed.
TEST_F(Programs, InspectWithoutAHistogramWhereGnuplotIsMissing) {
  const auto finished = run("fedmeta_data", {"inspect", "d.h5", "--histogram", "h.svg"}, "PATH=/nowhere");
  EXPECT_EQ(finished.status, 5);
  EXPECT_NE(finished.out.find("clients                       3"), std::string::npos) << finished.out;
  EXPECT_NE(finished.err.find("gnuplot is not installed"), std::string::npos) << finished.err;
}

TEST_F(Programs, DrawHistogramsOfAnyName) {
  if (run_command({"sh", "-c", "command -v gnuplot"}).status != 0)
    GTEST_SKIP() << "SKIPPED: gnuplot is not installed";
  const std::string quoted = "it's a \"`touch PWNED`\" $(touch PWNED)'.system('touch PWNED').'";
  for (const std::string& name : {quoted, std::string("|touch PWNED; cat "), std::string("<touch PWNED "),
                                  std::string("~ ë"), std::string("-e")}) {
    const auto finished = run("fedmeta_data", {"inspect", "d.h5", "--histogram=" + name + ".svg"});
    EXPECT_EQ(finished.status, 0) << finished.err;
    for (const char* ending : {".svg", ".png", ".dat", ".gp"})
      EXPECT_TRUE(fs::exists(path(name + ending))) << name << ending;
    run_command(
        {"sh", "-c", "cd \"$0\" && gnuplot \"./$1\"", folder_.path().string(), name + ".gp"});  // by hand
  }
  EXPECT_FALSE(fs::exists(path("PWNED")));
  expect_refused("fedmeta_data", {"inspect", "d.h5", "--histogram", "a\n!touch PWNED\n.svg"}, usage,
                 "characters");
  EXPECT_FALSE(fs::exists(path("PWNED")));
}

TEST_F(Programs, ReplaceNothingBesideAHistogram) {
  for (const char* ending : {".png", ".dat", ".gp"}) {
    const auto file = folder_.write(std::string("mine") + ending, "mine");
    expect_refused("fedmeta_data", {"inspect", "d.h5", "--histogram", "mine.svg"}, usage,
                   file.filename().string());
    EXPECT_EQ(fs::file_size(file), 4U);
    fs::remove(file);
  }
}

/// With --force, too: a device would be lost.
TEST_F(Programs, WritePicturesAsRegularFilesAlone) {
  make_pipe("p.pgm");
  expect_refused("fedmeta_data", {"picture", "--output", "p.pgm", "--force"}, own_file, "p.pgm");
  EXPECT_TRUE(fs::is_fifo(path("p.pgm")));
  make_pipe("report.md");
  expect_refused("fedmeta_report", {"a.h5", "--out", "."}, own_file, "report.md", "PATH=/nowhere");
}

}  // namespace
}  // namespace fedmeta::test
