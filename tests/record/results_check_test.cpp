// Numbers that no run can have are errors, which name the dataset.
#include "record/results_check.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "base/error.hpp"
#include "record/results_reader.hpp"
#include "record/synthetic_results.hpp"

namespace fedmeta::record {
namespace {

Results whole() {
  Results results = head();
  results.system.gemm_flops_per_second_end = {1e9, 1e9};
  results.runs = {run("maml", 1, std::array{0.5, 0.7, 0.9}, .6, 10, 8)};
  results.runs[0].curve = {{0, 0.5, 0.5}, {1, 0.75, 0.75}};
  results.runs[0].self_curve = {{0, 0.5, 0.5, 0.75}, {10, 0.75, 0.75, 1}};
  results.runs[0].phases = {{0.5, 30, 12.5, 43}, {std::nan(""), 3000, 1250, 4300}, "rapl"};
  return results;
}

/// The results after `damage` are refused, with a line that contains `where`.
void expect_refused(const std::string& where, const std::function<void(Results&)>& damage) {
  auto results = whole();
  damage(results);
  try {
    check_results(results, "a.h5:/");
    ADD_FAILURE() << "accepted: " << where;
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::own_file);
    EXPECT_NE(std::string(error.what()).find("(a.h5:/" + where), std::string::npos) << error.what();
  }
}

TEST(ResultsCheck, AcceptsWhatARunMakes) {
  EXPECT_NO_THROW(check_results(whole(), "a.h5:/"));
  EXPECT_NO_THROW(check_results(head(), "a.h5:/"));
  auto results = whole();
  auto& run = results.runs[0];
  run.status = results.header.status = "invalid";
  run.rounds[2].loss = run.evaluations[2].loss = std::nan("");
  run.rounds[1].device_bytes = -1;
  EXPECT_NO_THROW(check_results(results, "a.h5:/"));
}

TEST(ResultsCheck, OfTheMachine) {
  expect_refused("system/host)", [](Results& r) { r.system.host.pop_back(); });
  expect_refused("system/pid)", [](Results& r) { r.system.pid[1] = -1; });
  expect_refused("system/gemm_flops_per_second)", [](Results& r) { r.system.gemm_flops_per_second[0] = -1; });
  expect_refused("system/gemm_flops_per_second_end)",
                 [](Results& r) { r.system.gemm_flops_per_second_end.pop_back(); });
  expect_refused("system/cpu)", [](Results& r) { r.system.cpu.pop_back(); });
  expect_refused("system/gpus)", [](Results& r) { r.system.gpus = -2; });
  expect_refused("system/seconds_loading)", [](Results& r) { r.system.clocks.loading = -1; });
  expect_refused(")", [](Results& r) { r.header.world_size = 3; });
}

TEST(ResultsCheck, OfTheClients) {
  expect_refused("data/role)", [](Results& r) { r.data.role[0] = 3; });
  expect_refused("data/role)", [](Results& r) { r.data.role.pop_back(); });
  expect_refused("data/support)", [](Results& r) { r.data.support[0] = 3; });
  expect_refused("data/samples)", [](Results& r) { r.data.samples[0] = -2; });
  expect_refused("data/classes)", [](Results& r) { r.data.classes.pop_back(); });
  expect_refused("data/classes)", [](Results& r) { r.data.classes[0] = 0; });
  expect_refused("data/classes)", [](Results& r) { r.data.classes[0] = 3; });      // of 2 samples
  expect_refused("data/classes)", [](Results& r) { r.data.classes_of_all = 2; });  // one client has 3
  expect_refused("data/client_id)", [](Results& r) { r.data.client_id[1] = r.data.client_id[0]; });
  expect_refused("data/dropped_max_clients)", [](Results& r) { r.data.dropped_max_clients = -1; });
}

TEST(ResultsCheck, OfPhases) {
  const std::string group = "runs/maml/seed1/phases/";
  expect_refused(group + "seconds)", [](Results& r) { r.runs[0].phases->seconds.pop_back(); });
  expect_refused(group + "seconds)", [](Results& r) { r.runs[0].phases->seconds[0] = std::nan(""); });
  expect_refused(group + "energy_joules)", [](Results& r) { r.runs[0].phases->energy_joules.resize(2); });
  expect_refused(group + "energy_joules)", [](Results& r) { r.runs[0].phases->energy_joules[1] = -1; });
}

TEST(ResultsCheck, OfRounds) {
  using Damage = std::function<void(cost::RoundRow&)>;
  const std::array<std::pair<const char*, Damage>, 8> cases{{
      {"round)", [](auto& row) { row.round = 1; }},
      {"clients)", [](auto& row) { row.clients[0] = 4; }},
      {"clients)",
       [](auto& row) {
         row.clients = {-1, 0};
       }},
      {"flops)", [](auto& row) { row.flops = -1; }},
      {"bytes_up)", [](auto& row) { row.bytes_up = -1; }},
      {"device_bytes)", [](auto& row) { row.device_bytes = -2; }},
      {"seconds)", [](auto& row) { row.seconds = std::nan(""); }},
      {"rank_seconds_compute)",
       [](auto& row) { row.rank_seconds_compute[1] = std::numeric_limits<double>::infinity(); }},
  }};
  for (const auto& [where, damage] : cases)
    expect_refused("runs/maml/seed1/rounds/" + std::string(where),
                   [&damage = damage](Results& r) { damage(r.runs[0].rounds[1]); });
}

/// Of three rounds.
TEST(ResultsCheck, OfRoundsThatWereNotRun) {
  const std::string run = "runs/maml/seed1/";
  expect_refused(run + "rounds/round)", [](Results& r) { r.runs[0].rounds[2].round = 4; });
  expect_refused(run + "rounds/round)", [](Results& r) { r.runs[0].rounds[0].round = 0; });
  expect_refused(run + "evaluations/round)", [](Results& r) { r.runs[0].evaluations[2].round = 4; });
  expect_refused(run + "evaluations/round)", [](Results& r) { r.runs[0].evaluations[0].round = -1; });
  expect_refused(run + "evaluations/round)", [](Results& r) { r.runs[0].evaluations[2].round = 2; });
  expect_refused(run + "evaluations/round)", [](Results& r) { r.runs[0].rounds.clear(); });
  expect_refused(run + "target/round)", [](Results& r) { r.runs[0].target->round = 4; });
  for (const char* status : {"invalid", "interrupted"})
    expect_refused(run + "evaluations/round)", [&](Results& r) {
      r.header.status = r.runs[0].status = status;
      r.runs[0].rounds.pop_back();
    });
}

/// Each split has a row of its own; a run without rounds is evaluated after round 0.
TEST(ResultsCheck, AcceptsEvaluationsOfSeveralSplitsAndOfNoRounds) {
  auto results = whole();
  auto& run = results.runs[0];
  run.evaluations = {run.evaluations[0], run.evaluations[0], run.evaluations[2]};
  run.evaluations[1].split = "validation";
  EXPECT_NO_THROW(check_results(results, "a.h5:/"));
  run.rounds.clear();
  run.target.reset();
  run.evaluations.resize(2);
  run.evaluations[0].round = run.evaluations[1].round = 0;
  EXPECT_NO_THROW(check_results(results, "a.h5:/"));
}

/// A kill in the middle of a flush may leave them; the file's other rows are good.
TEST(ResultsCheck, LeavesOutWhatAKilledRunEvaluatedAfterItsLastRound) {
  const Folder folder;
  const auto path = folder.path() / "a.h5";
  auto results = whole();
  results.header.status = results.runs[0].status = "running";
  results.runs[0].rounds.resize(1);
  results.runs[0].target->round = 3;
  write(path, results);
  const auto read = read_results(path).runs.at(0);
  ASSERT_EQ(read.evaluations.size(), 1U);
  EXPECT_EQ(read.evaluations[0].round, 1);
  EXPECT_FALSE(read.target.has_value());
}

TEST(ResultsCheck, OfEvaluationsAndClients) {
  const std::string run = "runs/maml/seed1/";
  expect_refused(run + "evaluations/accuracy)", [](Results& r) { r.runs[0].evaluations[0].accuracy = 1.01; });
  expect_refused(run + "evaluations/accuracy)",
                 [](Results& r) { r.runs[0].evaluations[0].accuracy = std::nan(""); });
  expect_refused(run + "evaluations/accuracy_top4)",
                 [](Results& r) { r.runs[0].evaluations[0].accuracy_top4 = -0.5; });
  expect_refused(run + "evaluations/round)", [](Results& r) { r.runs[0].evaluations[1].round = 0; });
  expect_refused(run + "evaluations/seconds)", [](Results& r) { r.runs[0].evaluations[1].seconds = -1; });
  expect_refused(run + "clients/client)", [](Results& r) { r.runs[0].clients[0].client = 4; });
  expect_refused(run + "clients/samples)", [](Results& r) { r.runs[0].clients[0].samples = -1; });
  expect_refused(run + "personalisation/epochs)", [](Results& r) { r.runs[0].curve[1].epochs = 0; });
  expect_refused(run + "self_curve/step)", [](Results& r) { r.runs[0].self_curve[1].step = 0; });
  expect_refused(run + "self_curve/accuracy_top4)",
                 [](Results& r) { r.runs[0].self_curve[1].accuracy_top4 = 1.5; });
  expect_refused(run + "target/bytes)", [](Results& r) { r.runs[0].target->bytes = -1; });
  expect_refused(run + ")", [](Results& r) { r.runs[0].status = "running"; });
  expect_refused(run + ")", [](Results& r) { r.runs[0].header.parameters = -1; });
}

}  // namespace
}  // namespace fedmeta::record
