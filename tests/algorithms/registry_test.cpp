// The list of algorithms: what it says goes together, and each method is what the list says.
#include <gtest/gtest.h>

#include <set>

#include "algorithms/method.hpp"
#include "base/error.hpp"

namespace fedmeta::algorithms {
namespace {

TEST(Algorithms, HaveNamesAndPlacesOfTheirOwn) {
  std::set<std::string> names;
  std::set<int> places;
  for (const auto& algorithm : descriptors()) {
    EXPECT_TRUE(names.insert(algorithm.name).second) << algorithm.name;
    EXPECT_TRUE(places.insert(algorithm.place).second) << algorithm.name;
    EXPECT_EQ(algorithm.colour.size(), 7U) << algorithm.name;
    EXPECT_FALSE(algorithm.summary.empty()) << algorithm.name;
    EXPECT_EQ(find_descriptor(algorithm.name), &algorithm);
  }
  EXPECT_EQ(find_descriptor("fedprix"), nullptr);
  EXPECT_NE(find_descriptor(yardstick), nullptr);
}

TEST(Methods, MakeWhatTheirCourseSays) {
  for (const auto& method : all_methods()) {
    const auto course = method.descriptor().course;
    EXPECT_EQ(method.make_run().stages.empty(), course != Course::rounds) << method.name();
    EXPECT_EQ(method.options().make_trained_alone() == nullptr, course != Course::alone) << method.name();
    EXPECT_EQ(!method.options().make_counter(), course != Course::counts) << method.name();
    EXPECT_FALSE(method.options().describe().empty()) << method.name();
  }
}

TEST(Methods, AreValues) {
  Method one("maml");
  options::assign(*options::find(one.rows(), "inner-lr"), 0.5);
  Method two = one;
  options::assign(*options::find(two.rows(), "inner-lr"), 0.25);
  const auto rate = [](Method& method) {
    return *std::get<double*>(options::find(method.rows(), "inner-lr")->value);
  };
  EXPECT_EQ(rate(one), 0.5);
  EXPECT_EQ(rate(two), 0.25);
}

TEST(Methods, ShareTrainingsThatAreTheSameToTheBit) {
  const auto trains_as = [](const Method& a, const Method& b) {
    return a.make_run().trains_as(b.make_run());
  };
  for (const auto& a : all_methods())
    for (const auto& b : all_methods()) {
      if (!a.has_rounds() || !b.has_rounds()) continue;
      const std::set<std::string> names{a.name(), b.name()};
      EXPECT_EQ(trains_as(a, b), names == (std::set<std::string>{"fedavg", "fedavg-meta"}))
          << a.name() << b.name();
    }
  Method meta("fedavg-meta");
  options::assign(*options::find(meta.rows(), "finetune-lr"), 0.5);
  EXPECT_TRUE(trains_as(Method("fedavg"), meta)) << "adaptation is no training";
  options::assign(*options::find(meta.rows(), "local-lr"), 0.5);
  EXPECT_FALSE(trains_as(Method("fedavg"), meta));
}

options::OptionTable table(const std::vector<std::pair<std::string, std::vector<std::string>>>& groups,
                           bool& field) {
  options::OptionTable table;
  for (const auto& [title, names] : groups) {
    table.push_back({title, {title}});
    for (const auto& name : names) table.back().row(name, field, {}, "help");
  }
  return table;
}

TEST(OptionTables, AreJoinedInTheOrderOfEach) {
  bool field = false;
  auto all = table({{"A", {"a", "d"}}, {"Z", {"z"}}}, field);
  options::join(all, table({{"A", {"b", "d", "e"}}, {"M", {"m"}}, {"Z", {"y", "z"}}}, field));
  options::join(all, table({{"A", {"a", "c", "d"}}, {"Z", {"x"}}}, field));
  std::string order;
  for (const auto& group : all) {
    order += group.title + ":";
    for (const auto& row : group.rows) order += row.name;
    order += " ";
  }
  EXPECT_EQ(order, "A:abcde M:m Z:yzx ");
}

}  // namespace
}  // namespace fedmeta::algorithms
