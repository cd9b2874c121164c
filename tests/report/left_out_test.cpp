// What keeps runs out of the papers' tables and figures for their sizes alone is said.
#include "report/tables/left_out.hpp"

#include <gtest/gtest.h>

#include <array>

#include "report/figures/paper_figures.hpp"
#include "report/output/files.hpp"
#include "report/report.hpp"
#include "small_comparisons.hpp"

namespace fedmeta::report {
namespace {

/// FedAvg(E) of Jiang et al. with so many clients a round.
record::Run of_sizes(std::int64_t seed, std::int64_t clients, std::int64_t epochs,
                     const std::string& optimizer = "sgd") {
  auto one = run("perfedavg", seed, std::array{0.5, 0.8}, 0, 10, 8);
  one.header.hyperparameters = {{"rounds", std::int64_t{2}},        {"clients_per_round", clients},
                                {"local_epochs", epochs},           {"local_steps", std::int64_t{0}},
                                {"stage2_rounds", std::int64_t{0}}, {"personal_optimizer", optimizer}};
  return one;
}

std::vector<Source> source_of(std::vector<record::Run> runs) {
  auto results = results_with(std::move(runs));
  results.data.support_fraction = 0.9;
  return {{"a.h5", results}};
}

std::vector<std::string> lines(const std::string& layout, const std::vector<Source>& sources) {
  const auto comparisons = compare(sources);
  for (const Layout& table : layouts())
    if (table.name == layout) return left_out("T", places_of(table), comparisons);
  for (const FigureLayout& figure : figure_layouts())
    if (figure.name == layout) return left_out("F", places_of(figure), comparisons);
  throw std::out_of_range(layout);
}

/// As --scale 0.05 leaves them: Table 1 has 5 and 20 clients, Figure 1 has 5 of them and E = 2 and 10. Other
/// epochs are no smaller run, and no --scale changes them.
TEST(LeftOut, NamesTheSizesThatKeepRunsOut) {
  const auto sources = source_of({of_sizes(1, 1, 10), of_sizes(1, 1, 5), of_sizes(1, 1, 3)});
  const std::string ten = "perfedavg (local-epochs 10) of femnist-generated-90",
                    five = "perfedavg (local-epochs 5) of femnist-generated-90";
  EXPECT_EQ(lines("jiang2019-table1", sources),
            std::vector<std::string>{"T lacks " + ten + "; " + five + ": clients-per-round 1, not 5 or 20"});
  EXPECT_EQ(lines("jiang2019-figure1", sources),
            std::vector<std::string>{"F lacks " + ten + ": clients-per-round 1, not 5"});
}

/// Of ten steps two are left, and of 5 clients one: Figure 3 has one and ten steps with any clients.
TEST(LeftOut, NamesSteps) {
  auto tuned = of_sizes(1, 1, 10);
  for (auto& [own, value] : tuned.header.hyperparameters)
    if (own == "stage2_rounds") value = std::int64_t{7};
  tuned.header.hyperparameters.emplace_back("stage2_local_steps", std::int64_t{2});
  tuned.header.hyperparameters.emplace_back("stage2_server_optimizer", "adam");
  EXPECT_EQ(lines("jiang2019-figure3", source_of({tuned})),
            std::vector<std::string>{
                "F lacks perfedavg of femnist-generated-90: stage2-local-steps 2, not 1 or 10"});
}

/// Nothing is said of those that belong somewhere, or that would be in the place of another.
TEST(LeftOut, IsSilentAboutWhatHasItsPlace) {
  EXPECT_TRUE(lines("jiang2019-table1", source_of({of_sizes(1, 5, 10)})).empty());
  const auto sources = source_of({of_sizes(1, 5, 2), of_sizes(1, 5, 10), of_sizes(1, 1, 2)});
  EXPECT_TRUE(lines("jiang2019-figure1", sources).empty()) << "both curves are drawn";
}

/// Another optimiser, a second stage, or steps instead of epochs are other methods, not smaller ones.
TEST(LeftOut, IsSilentAboutOtherKinds) {
  EXPECT_TRUE(lines("jiang2019-table1", source_of({of_sizes(1, 1, 10, "adam")})).empty());
  for (const char* name : {"local_steps", "stage2_rounds"}) {
    auto other = of_sizes(1, 1, 10);
    for (auto& [own, value] : other.header.hyperparameters)
      if (own == name) value = std::int64_t{1};
    EXPECT_TRUE(lines("jiang2019-table1", source_of({other})).empty()) << name;
  }
  auto elsewhere = source_of({of_sizes(1, 1, 10)});
  elsewhere[0].results.data.support_fraction = 0.2;
  EXPECT_TRUE(lines("jiang2019-table1", elsewhere).empty());
}

/// Two rounds are no ten epochs of central training.
TEST(LeftOut, TellsEpochsOfTraining) {
  auto central = of_sizes(1, 1, 10);
  for (auto& [own, value] : central.header.hyperparameters)
    if (own == "local_steps") value = std::int64_t{1};
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, record::AttributeValue>>{{"server_optimizer", "adam"},
                                                                   {"batch_size", std::int64_t{5}},
                                                                   {"local_data", "support"},
                                                                   {"personal_curve", std::int64_t{20}}})
    central.header.hyperparameters.emplace_back(name, value);
  EXPECT_EQ(lines("jiang2019-figure2", source_of({central})),
            std::vector<std::string>{"F lacks perfedavg of femnist-generated-90: trained-epochs 1, not 5 to "
                                     "below 20 or 25 to below 100"});
}

/// On the page, even where no table and no figure of a paper is made.
TEST(LeftOut, IsInTheReport) {
  const record::Folder folder;
  record::write(folder.path() / "a.h5", source_of({of_sizes(1, 1, 2)})[0].results);
  write_report({folder.path() / "a.h5"}, folder.path() / "out");
  const auto page = read_file(folder.path() / "out" / "report.html");
  EXPECT_NE(
      page.find("Jiang et al. 2019, Figure 1 lacks perfedavg of femnist-generated-90: clients-per-round "
                "1, not 5"),
      std::string::npos);
  EXPECT_NE(page.find("--scale"), std::string::npos);
}

}  // namespace
}  // namespace fedmeta::report
