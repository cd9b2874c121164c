// A results file whose every text was chosen by an attacker: the report shows the texts and does nothing
// else.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "record/synthetic_results.hpp"
#include "report/output/files.hpp"
#include "report/output/limited_process.hpp"
#include "report/report.hpp"

namespace fedmeta::report {
namespace {

namespace fs = std::filesystem;

/// Whatever runs a part of it leaves a file called PWNED.
const std::string hostile =
    "=x%s%n'\"`touch PWNED`$(touch PWNED)'.system('touch "
    "PWNED').'</title></svg><script>alert(1)</script>|a|<img "
    "src=x "
    "onerror=alert(1)>|[a](javascript:b) @x %s {/=50 y} ^_&\n!touch PWNED\n# h\n\n\n1 "
    "2\r\x1b]0;t\x07\x1b[2J\xff"
    "\xe2\x80\xae\\";

/// HDF5's names of groups have no slashes.
std::string group_name() {
  std::string name = hostile;
  std::replace(name.begin(), name.end(), '/', ':');
  return name;
}

/// All but the names of the data set and its source, which must be known ones.
record::Results hostile_results() {
  record::Results results = record::head();
  record::Header& header = results.header;
  for (std::string* text : {&header.version, &header.git_commit, &header.command_line, &header.settings,
                            &header.created, &header.libtorch, &header.mpi, &header.hdf5, &header.status})
    *text = hostile;
  results.system.host = results.system.device = {hostile, hostile};
  results.data.division = hostile;
  for (std::string& id : results.data.client_id) id += hostile;
  constexpr std::array accuracies{0.3, 0.6, 0.8};
  for (const std::string& algorithm : {group_name(), std::string("fedavg")})
    for (const int seed : {1, 2}) {
      record::Run run = record::run(algorithm, seed, accuracies, .5, 1000, 80);
      run.status = hostile;
      run.curve = {{0, 0.5, 0.5}, {1, 0.625, 0.75}};
      run.header.hyperparameters.emplace_back(hostile,
                                              hostile + std::to_string(seed));  // which tells them apart
      run.evaluations.push_back(run.evaluations.back());
      run.evaluations.back().split = hostile.substr(0, 16);  // the file has places for words alone
      results.runs.push_back(run);
    }
  return results;
}

class Hostile : public testing::Test {
 protected:
  /// Without pictures, which take seconds.
  void SetUp() override {
    record::write(file_, hostile_results());
    const std::string path = std::getenv("PATH");
    ::setenv("PATH", "/nowhere", 1);
    Wishes wishes;
    wishes.fleet = load_fleet("default");
    write_report({file_}, out_, wishes);
    ::setenv("PATH", path.c_str(), 1);
  }

  std::vector<fs::path> files(const std::string& ending) const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path()))
      if (entry.path().extension() == ending) found.push_back(entry.path());
    EXPECT_FALSE(found.empty()) << ending;
    return found;
  }

  void expect_nothing_ran() const {
    EXPECT_FALSE(fs::exists("PWNED"));
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path()))
      EXPECT_NE(entry.path().filename(), "PWNED") << entry.path();
  }

  record::Folder folder_;
  fs::path file_ = folder_.path() / (group_name() + ".h5");
  fs::path out_ = folder_.path() / ("out" + group_name());
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void expect_no_markup(const fs::path& file) {
  const std::string text = read_file(file);
  for (const char* part : {"<script", "</title></svg>", "<img"})
    EXPECT_EQ(text.find(part), std::string::npos) << file << part;
}

/// Cells of a table's row, by the separators that no `escape` stands before.
std::size_t cells(const std::string& row, char separator, char escape) {
  std::size_t count = 0;
  bool escaped = false;
  for (const char c : row) {
    if (c == separator && !escaped) ++count;
    escaped = c == escape && !escaped;
  }
  return count;
}

TEST_F(Hostile, WritesPlainNamesIntoItsFolderAlone) {
  for (const auto& entry : fs::directory_iterator(folder_.path()))
    EXPECT_TRUE(entry.path() == file_ || entry.path() == out_) << entry.path();
  for (const auto& entry : fs::recursive_directory_iterator(out_)) {
    const std::string name = entry.path().filename().string();
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"),
              std::string::npos)
        << name;
    EXPECT_NE(name[0], '.');
  }
}

TEST_F(Hostile, TextIsPrintableEverywhere) {
  for (const std::string ending : {".md", ".html", ".csv", ".gp", ".dat"})
    for (const fs::path& file : files(ending))
      for (const std::string& line : lines_of(read_file(file))) EXPECT_EQ(line, terminal_text(line)) << file;
}

TEST_F(Hostile, PagesHoldNoMarkupOfTheFile) {
  expect_no_markup(out_ / "report.md");
  EXPECT_EQ(read_file(out_ / "report.md").find("[a]("), std::string::npos);
  expect_no_markup(out_ / "report.html");
  EXPECT_NE(read_file(out_ / "report.html").find("&lt;script&gt;"),
            std::string::npos);  // it is there, as text
}

TEST_F(Hostile, MarkdownTablesKeepTheirColumns) {
  std::size_t columns = 0, rows = 0;
  for (const std::string& line : lines_of(read_file(out_ / "report.md"))) {
    if (!line.starts_with("|")) {
      columns = 0;
      continue;
    }
    const std::size_t found = cells(line, '|', '\\');
    if (columns == 0) columns = found;
    EXPECT_EQ(found, columns) << line;
    ++rows;
  }
  EXPECT_GT(rows, 10U);
}

/// Of a line of CSV whose quotes are doubled inside of quoted fields.
std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> found(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted)
      found.emplace_back();
    else if (c != '"')
      found.back() += c;
  }
  EXPECT_FALSE(quoted) << line;
  return found;
}

TEST_F(Hostile, TablesHoldNoFormulas) {
  for (const fs::path& file : files(".csv")) {
    const auto lines = lines_of(read_file(file));
    for (const std::string& line : lines) {
      EXPECT_EQ(fields(line).size(), fields(lines[0]).size()) << line;
      for (const std::string& field : fields(line)) EXPECT_FALSE(field.starts_with("=x")) << line;
    }
  }
}

/// What stands outside of single quotes is this program's: no commands, macros or strings with escapes.
TEST_F(Hostile, ScriptsHoldItsTextsInSingleQuotesAlone) {
  for (const fs::path& file : files(".gp"))
    for (const std::string& line : lines_of(read_file(file))) {
      if (line == "set yrange [0<*:*]") continue;  // its < is a bound
      std::string outside;
      bool quoted = false;
      for (const char c : line) {
        if (c == '\'') quoted = !quoted;
        if (!quoted) outside += c;
      }
      EXPECT_FALSE(quoted) << file << line;
      EXPECT_EQ(outside.find_first_of("`\"@!|<>"), std::string::npos) << file << line;
      EXPECT_EQ(outside.find("system"), std::string::npos) << file << line;
    }
}

TEST_F(Hostile, NothingRunsWhereGnuplotDraws) {
  const Outcome outcome = write_report({file_}, out_);
  if (outcome.why_not_drawn == why_not(Drawn::not_installed))
    GTEST_SKIP() << "SKIPPED: gnuplot is not installed";
  EXPECT_EQ(outcome.not_drawn, 0U);
  for (const fs::path& file : files(".svg")) expect_no_markup(file);
  expect_no_markup(out_ / "report.html");  // which holds the pictures
  expect_nothing_ran();
  for (const fs::path& file : files(".gp")) {  // and by hand
    const std::vector<std::string> command{"gnuplot", file.filename().string()};
    EXPECT_EQ(run_limited(command, out_ / "figures", picture_limit), Ended::well) << file;
  }
  expect_nothing_ran();
}

TEST(HostileNames, OfDataSetsAndSourcesAreRefused) {
  const record::Folder folder;
  const std::string inject = "x'.system('touch PWNED').'";
  for (const std::string& name :
       {std::string("../../up"), inject, hostile, std::string("Femnist"), std::string()})
    for (std::string record::Data::*text : {&record::Data::dataset, &record::Data::source}) {
      record::Results results = hostile_results();
      results.data.*text = name;
      fs::remove(folder.path() / "a.h5");
      record::write(folder.path() / "a.h5", results);
      try {
        write_report({folder.path() / "a.h5"}, folder.path() / "out");
        ADD_FAILURE() << "no error for " << name;
      } catch (const Error& error) {
        EXPECT_EQ(error.status(), Status::own_file) << error.what();
        const std::string known = text == &record::Data::dataset ? "femnist, shakespeare" : "leaf, text";
        EXPECT_NE(std::string(error.what()).find(known), std::string::npos) << error.what();
      }
      EXPECT_FALSE(fs::exists(folder.path() / "out"));
    }
}

}  // namespace
}  // namespace fedmeta::report
