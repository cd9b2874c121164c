// What runs would cost on a fleet of phones, against closed forms worked out by hand.
#include "report/fleet/fleet_cost.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <utility>

#include "report/fleet/fleet_report.hpp"
#include "report/small_comparisons.hpp"

namespace fedmeta::report {
namespace {

const std::string devices = "[[devices]]\nname = \"d\"\nshare = 1\nflops_per_second = 100\n";
const std::string links = "[[links]]\nname = \"l\"\nshare = 1\ndownlink = 10\nuplink = 5\n";

/// One device and one link for all: 100 FLOP/s, 10 B/s down and 5 up.
Fleet small_fleet() {
  return parse_fleet("f.toml", devices + links);
}

/// Each round has client b alone.
record::Run one_client(record::Run run) {
  for (cost::RoundRow& row : run.rounds) {
    row.clients = {1};
    row.client_flops = {row.flops};
  }
  return run;
}

std::vector<double> round_seconds(const std::vector<RoundTasks>& rounds,
                                  std::optional<double> deadline = {}) {
  std::vector<double> seconds;
  for (const RoundTasks& round : rounds) seconds.push_back(cost_of(std::span(&round, 1), deadline).seconds);
  return seconds;
}

/// Rounds 1 and 3 have clients a and b with 750 and 250 FLOP, and send each 30 bytes down and 10 up; round 2
/// has b alone with 1,000, 60 and 20.
TEST(FleetCost, ARoundLastsAsLongAsItsSlowestClient) {
  const std::vector<Source> sources{{"a.h5", results_with({run("fedavg", 1, slow, .75, 1000, 80)})}};
  const Member member{&sources[0].results.runs[0], &sources[0]};
  const auto rounds = tasks_of(small_fleet(), member);
  ASSERT_TRUE(rounds);
  EXPECT_EQ(rounds->at(0)[0].seconds(1), 7.5 + 3 + 2);
  EXPECT_EQ(rounds->at(0)[1].seconds(1), 2.5 + 3 + 2);
  EXPECT_EQ(rounds->at(0)[1].seconds(10), 2.5 + 0.5);
  EXPECT_EQ(round_seconds(*rounds), (std::vector<double>{12.5, 10 + 6 + 4, 12.5}));
  EXPECT_EQ(cost_of(*rounds, {}).seconds, 45);
  EXPECT_EQ(cost_of(*rounds, {}).failed, 0);
}

TEST(FleetCost, LatencyIsPaidBothWays) {
  const std::vector<Source> sources{{"a.h5", results_with({run("fedavg", 1, slow, .75, 1000, 80)})}};
  const auto fleet = parse_fleet("f.toml", devices + links + "latency = 0.25\n");
  const auto rounds = tasks_of(fleet, {&sources[0].results.runs[0], &sources[0]});
  EXPECT_EQ(round_seconds(*rounds), (std::vector<double>{13, 20.5, 13}));
}

/// Of 12.5, 7.5 | 20 | 12.5, 7.5 s.
TEST(FleetCost, TheServerWaitsUntilTheDeadline) {
  const std::vector<Source> sources{{"a.h5", results_with({run("fedavg", 1, slow, .75, 1000, 80)})}};
  const auto rounds = tasks_of(small_fleet(), {&sources[0].results.runs[0], &sources[0]});
  EXPECT_EQ(round_seconds(*rounds, 13), (std::vector<double>{12.5, 13, 12.5}));
  EXPECT_EQ(cost_of(*rounds, 13).failed, 1);
  EXPECT_EQ(round_seconds(*rounds, 12.5), (std::vector<double>{12.5, 12.5, 12.5}));  // not late
  EXPECT_EQ(cost_of(*rounds, 12.5).failed, 1);
  EXPECT_EQ(cost_of(*rounds, 8).failed, 3);
  EXPECT_EQ(cost_of(*rounds, 8).seconds, 24);
  EXPECT_EQ(cost_of(*rounds, 8).tasks, 5);
}

TEST(FleetCost, IsNotThatOfClientsThatDropOutUnlessAllDo) {
  const auto task = [](double seconds, bool drops_out) {
    Task task;
    task.seconds_fixed = seconds;
    task.joules_compute = 1;
    task.drops_out = drops_out;
    return task;
  };
  const std::vector<RoundTasks> rounds{
      {task(5, false), task(9, true)}, {task(7, true), task(3, true)}, {task(20, true), task(4, false)}};
  EXPECT_EQ(round_seconds(rounds), (std::vector<double>{5, 7, 4}));
  EXPECT_EQ(round_seconds(rounds, 6), (std::vector<double>{5, 6, 4}));
  const FleetCost cost = cost_of(rounds, {});
  EXPECT_EQ(cost.failed, 4);
  EXPECT_EQ(cost.joules_compute, 6);        // those that fail have worked, too
  EXPECT_EQ(cost_of(rounds, 6).failed, 4);  // late and dropped out is one failure
}

/// Whatever its place in a file's list of clients.
TEST(FleetCost, AClientHasTheSamePhoneInEveryFile) {
  const auto run_of_b = one_client(run("fedavg", 1, slow, .75, 1000, 80));
  std::vector<Source> sources{{"a.h5", results_with({run_of_b})}, {"b.h5", results_with({run_of_b})}};
  sources[1].results.data.client_id = {"0", "a", "b", "c"};
  for (auto& row : sources[1].results.runs[0].rounds) row.clients = {2};
  int other = 0;
  for (int seed = 1; seed <= 20; ++seed) {
    Fleet fleet = load_fleet("default");
    fleet.seed = seed;
    const auto a = tasks_of(fleet, {&sources[0].results.runs[0], &sources[0]}),
               b = tasks_of(fleet, {&sources[1].results.runs[0], &sources[1]});
    for (std::size_t r = 0; r < a->size(); ++r) {
      EXPECT_EQ((*a)[r][0].seconds(1), (*b)[r][0].seconds(1));
      EXPECT_EQ((*a)[r][0].drops_out, (*b)[r][0].drops_out);
      EXPECT_EQ((*a)[r][0].seconds(1), (*a)[1][0].seconds(1));
    }
    auto& id = sources[1].results.data.client_id[2];
    const auto before = std::exchange(id, "bb");
    const auto c = tasks_of(fleet, {&sources[1].results.runs[0], &sources[1]});
    other += (*a)[0][0].seconds(1) != (*c)[0][0].seconds(1) ? 1 : 0;
    id = before;
  }
  EXPECT_GT(other, 0);
}

ReportTable cost_table(const Fleet& fleet, const std::vector<Source>& sources) {
  const auto all = compare(sources);
  return fleet_cost_table(fleet, all[0], methods_on(fleet, all[0]));
}

/// fedavg reaches the target in round 3 (12.5 + 20 + 12.5 s), maml in round 2, of 4,000 FLOP (35 + 50 s).
TEST(FleetTable, HasSecondsAndEnergyToTheTarget) {
  const auto fleet = parse_fleet("f.toml", devices + "joules_per_flop = 0.5\n" + links +
                                               "joules_per_byte_down = 0.25\njoules_per_byte_up = 2\n");
  const std::vector<Source> sources{
      {"a.h5", results_with({run("fedavg", 1, slow, .75, 1000, 80), run("maml", 1, fast, .75, 4000, 80)})}};
  const ReportTable table = cost_table(fleet, sources);
  EXPECT_EQ(bounded(table, 0, "seconds"), 45);
  EXPECT_EQ(number(table, 0, "seconds_per_round"), 15);
  EXPECT_EQ(bounded(table, 0, "joules_compute"), 1500);
  EXPECT_EQ(bounded(table, 0, "joules_link"), 3 * (60 * 0.25 + 20 * 2));
  EXPECT_EQ(bounded(table, 1, "seconds"), 85);
  EXPECT_EQ(number(table, 1, "seconds_per_round"), 40);  // over all three rounds
  EXPECT_EQ(number(table, 1, "failed"), 0);
  EXPECT_EQ(text(table, 1, "bound"), "exact");
}

/// Seeds that reach it after 45 and 32.5 s, and one that has not after 45.
TEST(FleetTable, CensoredSeedsGiveBounds) {
  std::vector<Source> sources{
      {"a.h5", results_with({run("fedavg", 1, slow, .75, 1000, 80), run("fedavg", 2, fast, .75, 1000, 80)})}};
  ReportTable table = cost_table(small_fleet(), sources);
  EXPECT_EQ(bounded(table, 0, "seconds"), 38.75);
  EXPECT_NEAR(number(table, 0, "seconds_sd"), 12.5 / std::sqrt(2.0), 1e-9);
  sources[0].results.runs.push_back(run("fedavg", 3, slower, .75, 1000, 80));
  table = cost_table(small_fleet(), sources);
  EXPECT_EQ(number(table, 0, "reached"), 2);
  EXPECT_NEAR(bounded(table, 0, "seconds"), 122.5 / 3, 1e-12);
  EXPECT_EQ(text(table, 0, "seconds").front(), '>');
  EXPECT_EQ(text(table, 0, "seconds_sd"), "–");
  EXPECT_EQ(text(table, 0, "bound"), "at least");
}

/// Evaluated in rounds 1 and 3 alone, the target was met in round 2 or 3.
TEST(FleetTable, SaysWhatEvaluationsLeaveOpen) {
  auto coarse = run("fedavg", 1, fast, .75, 1000, 80);
  coarse.evaluations.erase(coarse.evaluations.begin() + 1);
  const ReportTable table = cost_table(small_fleet(), {{"a.h5", results_with({coarse})}});
  EXPECT_EQ(bounded(table, 0, "seconds"), 45);
  EXPECT_EQ(number(table, 0, "seconds_least"), 32.5);
}

TEST(FleetTable, SaysWhatIsNotThere) {
  auto old = run("fedavg", 1, slow, .75, 1000, 80), without_rounds = run("maml", 1, slow, .75, 1000, 80);
  for (auto& row : old.rounds) row.client_flops.clear();
  without_rounds.rounds.clear();
  const std::vector<Source> sources{{"old.h5", results_with({old, without_rounds})},
                                    {"new.h5", results_with({run("meta-sgd", 1, slow, .75, 1000, 80)})}};
  const ReportTable table = cost_table(small_fleet(), sources);
  EXPECT_EQ(text(table, 0, "bound"), "no client_flops");
  EXPECT_EQ(text(table, 0, "seconds"), "–");
  EXPECT_EQ(text(table, 0, "seconds_per_round"), "–");
  EXPECT_EQ(text(table, 1, "bound"), "no rounds");
  EXPECT_EQ(text(table, 2, "bound"), "exact");
  EXPECT_EQ(fleet_notes(sources), std::vector<std::string>{"no client_flops in old.h5"});
  EXPECT_NE(table.caption.find("Energy of computing: not stated"), std::string::npos);
  EXPECT_THROW(bounded(table, 2, "joules_compute"), std::out_of_range);
}

/// To the target: fedavg 3 rounds of 10 + 10 / s seconds, maml 2 of 40 + 10 / s, at links s times as fast as
/// 10 MB/s down and 5 up: as long at s = 0.2, where both take 180 s.
class ChangeOfOrder : public testing::Test {
 protected:
  Fleet fleet_ =
      parse_fleet("f.toml", devices + "[[links]]\nname = \"l\"\nshare = 1\ndownlink = 10e6\nuplink = 5e6\n");
  std::vector<Source> sources_{
      {"a.h5", results_with({one_client(run("fedavg", 1, slow, .75, 1000, 80'000'000)),
                             one_client(run("maml", 1, fast, .75, 4000, 80'000'000))})}};
};

TEST_F(ChangeOfOrder, IsWhereBothTakeAsLong) {
  const auto all = compare(sources_);
  const auto methods = methods_on(fleet_, all[0]);
  const auto changes = order_changes(methods, {}, figure_speeds(fleet_));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].slow_links, 1U);  // maml sends less
  EXPECT_EQ(changes[0].fast_links, 0U);
  EXPECT_NEAR(changes[0].speed, 0.2, 1e-9);
  EXPECT_NEAR(changes[0].seconds, 180, 1e-6);
  const ReportTable table = order_table(fleet_, all[0], changes);
  EXPECT_EQ(text(table, 0, "faster_below"), "maml");
  EXPECT_NEAR(number(table, 0, "uplink"), 1e6, 1e-3);
  EXPECT_TRUE(order_changes(methods, {}, {0.3, 1, 10}).empty());
  EXPECT_EQ(order_changes(methods, {}, {0.1, 0.2, 1}).size(), 1U);  // also where a speed meets it
  EXPECT_TRUE(order_changes({methods[0], methods[0]}, {}, figure_speeds(fleet_)).empty());
}

TEST_F(ChangeOfOrder, IsMarkedInTheFigure) {
  const auto all = compare(sources_);
  const auto methods = methods_on(fleet_, all[0]);
  const auto speeds = figure_speeds(fleet_);
  ASSERT_EQ(speeds.size(), 20U);
  EXPECT_NEAR(speeds.front() * 5e6, 5e4, 1e-6);
  EXPECT_NEAR(speeds.back() * 5e6, 5e7, 1e-3);
  const Figure figure = fleet_figure(fleet_, all[0], methods, order_changes(methods, {}, speeds));
  EXPECT_NE(figure.data.find("fedavg: uplink in MB/s, time in min\n0.05 50.5\n"), std::string::npos)
      << figure.data;  // 3 x (10 + 10 / 0.01) s
  EXPECT_NE(figure.data.find("# changes of order\n1 3\n"), std::string::npos) << figure.data;
  EXPECT_NE(figure.caption.find("Circles"), std::string::npos);
}

TEST_F(ChangeOfOrder, ShowsOnlyWhatHasReachedTheTarget) {
  sources_[0].results.runs[1] = one_client(run("maml", 1, slower, .75, 4000, 80'000'000));
  const auto all = compare(sources_);
  const auto methods = methods_on(fleet_, all[0]);
  const auto changes = order_changes(methods, {}, figure_speeds(fleet_));
  EXPECT_TRUE(changes.empty());
  const Figure figure = fleet_figure(fleet_, all[0], methods, changes);
  EXPECT_EQ(figure.data.find("# maml"), std::string::npos);
  EXPECT_NE(
      figure.caption.find("Not shown, as not all seeds reached the target or rounds are not known: maml."),
      std::string::npos)
      << figure.caption;
}

}  // namespace
}  // namespace fedmeta::report
