#include "cli/refusal.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "cli/program.hpp"

namespace fedmeta::test {

void expect_refused(const std::vector<std::string>& arguments, int status,
                    const std::vector<std::string>& words, int ranks) {
  std::string trace = std::to_string(ranks) + " ranks:";
  for (const auto& argument : arguments) trace += " " + argument;
  SCOPED_TRACE(trace);
  const auto finished = run_bench(arguments, ranks);
  EXPECT_EQ(finished.status, status) << finished.err;
  EXPECT_EQ(finished.out.find("RESULT"), std::string::npos);
  const auto lines = lines_with(finished.err, "fedmeta_bench: ");
  ASSERT_EQ(lines.size(), 1U) << finished.err;
  EXPECT_TRUE(std::regex_match(lines[0], std::regex("fedmeta_bench: error: .+ \\(.+\\): .+"))) << lines[0];
  for (const auto& word : words)
    EXPECT_NE(lines[0].find(word), std::string::npos) << word << "\n" << lines[0];
  // mpirun speaks as well, but nobody else does where the program runs alone.
  if (ranks == 0) {
    EXPECT_EQ(finished.err, lines[0] + "\n");
  }
}

void expect_refused_everywhere(const std::vector<std::string>& arguments, int status,
                               const std::vector<std::string>& words) {
  expect_refused(arguments, status, words, 0);
  expect_refused(arguments, status, words, 4);
}

}  // namespace fedmeta::test
