// On a terminal no line is wider than it, whatever its width.

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "cli/program.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::test {
namespace {

std::vector<std::string> run_of_all(const TemporaryFolder& folder) {
  return {path_of("fedmeta_bench"),
          "--dataset",
          "synthetic",
          "--generated-clients",
          "12",
          "--clients-per-round",
          "2",
          "--rounds",
          "30",
          "--eval-every",
          "1",
          "--algorithms",
          "fedavg,fedavg-meta,meta-sgd",
          "--output",
          (folder.path() / "r.h5").string(),
          "--force"};
}

/// Lines with a name of the user's own may be longer: a path is not broken.
void expect_no_wider(const std::string& out, int columns) {
  for (const auto& line : drawn_lines(out))
    EXPECT_TRUE(static_cast<int>(line.size()) <= columns || line.starts_with("results: ")) << line;
}

/// Redrawn progress of an algorithm: its name and the counter of rounds at least.
void expect_progress(const std::string& out) {
  const auto lines = drawn_lines(out);
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const auto& line) {
    return line.starts_with("  meta-sgd ") && line.find(" 30/30") != std::string::npos;
  })) << out;
}

/// Lines of the closing table that begin with an algorithm's name.
long rows_of(const std::string& out, const std::string& algorithm) {
  const auto closing = out.substr(out.find("Accuracy on"));
  const auto lines = drawn_lines(closing);
  return std::count_if(lines.begin(), lines.end(),
                       [&](const auto& line) { return line.starts_with("  " + algorithm + " "); });
}

TEST(Terminal, HasNoLineWiderThanItself) {
  const TemporaryFolder folder;
  for (const auto& [columns, ranks] :
       std::vector<std::pair<int, int>>{{60, 0}, {80, 2}, {100, 0}, {140, 0}}) {
    SCOPED_TRACE(std::to_string(columns) + " columns, " + std::to_string(ranks) + " ranks");
    const auto finished = run_on_terminal(on_ranks(run_of_all(folder), ranks), columns);
    EXPECT_EQ(finished.status, 0);
    EXPECT_NE(finished.out.find("RESULT: VALID"), std::string::npos) << finished.out;
    EXPECT_NE(finished.out.find("\r\033[K"), std::string::npos) << "no bar";
    expect_no_wider(finished.out, columns);
    expect_progress(finished.out);
    // Below its own width the closing table becomes several, each with the algorithms.
    EXPECT_EQ(rows_of(finished.out, "meta-sgd"), columns == 60 ? 3 : columns < 120 ? 2 : 1);
  }
}

TEST(Terminal, ShowsAPlanNoWiderThanItself) {
  const TemporaryFolder folder;
  auto command = run_of_all(folder);
  command.emplace_back("--dry-run");
  const auto finished = run_on_terminal(on_ranks(command, 2), 60);
  EXPECT_EQ(finished.status, 0);
  EXPECT_NE(finished.out.find("Plan "), std::string::npos) << finished.out;
  expect_no_wider(finished.out, 60);
}

// A file or a pipe gets one table, and lines instead of a bar.
TEST(Terminal, IsNotWhereOutputGoesToAFile) {
  const TemporaryFolder folder;
  const auto finished = run_command(run_of_all(folder));
  EXPECT_EQ(rows_of(finished.out, "meta-sgd"), 1);
  EXPECT_EQ(finished.out.find('\r'), std::string::npos);
}

}  // namespace
}  // namespace fedmeta::test
