// What the writer wrote is what the reader gives, whether or not the program came to its end.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <csignal>

#include "base/error.hpp"
#include "record/h5.hpp"
#include "record/old_form.hpp"
#include "record/results_reader.hpp"
#include "record/results_writer.hpp"
#include "record/schema.hpp"
#include "record/synthetic_results.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;

constexpr std::array rising{0.5, 0.7, 0.9};

/// Also where neither is a number.
void expect_same(double a, double b) {
  EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << a << " " << b;
}

void expect_equal(const cost::RoundRow& a, const cost::RoundRow& b) {
  EXPECT_EQ(a.round, b.round);
  EXPECT_EQ(a.clients, b.clients);
  EXPECT_EQ(a.loss, b.loss);
  EXPECT_EQ(a.flops, b.flops);
  EXPECT_EQ(a.flops_executed, b.flops_executed);
  EXPECT_EQ(a.bytes_down, b.bytes_down);
  EXPECT_EQ(a.bytes_up, b.bytes_up);
  EXPECT_EQ(a.mpi_bytes, b.mpi_bytes);
  EXPECT_EQ(a.device_bytes, b.device_bytes);
  EXPECT_EQ(a.seconds, b.seconds);
  EXPECT_EQ(a.seconds_broadcast, b.seconds_broadcast);
  EXPECT_EQ(a.seconds_compute, b.seconds_compute);
  EXPECT_EQ(a.seconds_reduce, b.seconds_reduce);
  EXPECT_EQ(a.seconds_update, b.seconds_update);
  EXPECT_EQ(a.rank_seconds_compute, b.rank_seconds_compute);
  EXPECT_EQ(a.rank_seconds_wait, b.rank_seconds_wait);
  EXPECT_EQ(a.client_flops, b.client_flops);
  expect_same(a.seconds_checkpoint, b.seconds_checkpoint);
}

void expect_equal(const cost::EvaluationRow& a, const cost::EvaluationRow& b) {
  EXPECT_EQ(a.round, b.round);
  EXPECT_EQ(a.split, b.split);
  EXPECT_EQ(a.accuracy, b.accuracy);
  EXPECT_EQ(a.accuracy_client_mean, b.accuracy_client_mean);
  EXPECT_EQ(a.loss, b.loss);
  EXPECT_EQ(a.initial_accuracy, b.initial_accuracy);
  EXPECT_EQ(a.seconds, b.seconds);
  expect_same(a.accuracy_top4, b.accuracy_top4);
  expect_same(a.initial_accuracy_client_mean, b.initial_accuracy_client_mean);
  expect_same(a.initial_loss, b.initial_loss);
}

void expect_equal(const cost::ClientRow& a, const cost::ClientRow& b) {
  EXPECT_EQ(a.client, b.client);
  EXPECT_EQ(a.initial_accuracy, b.initial_accuracy);
  EXPECT_EQ(a.accuracy, b.accuracy);
  EXPECT_EQ(a.samples, b.samples);
  expect_same(a.accuracy_top4, b.accuracy_top4);
  EXPECT_EQ(a.flops, b.flops);
}

void expect_equal(const cost::CurveRow& a, const cost::CurveRow& b) {
  EXPECT_EQ(a.epochs, b.epochs);
  EXPECT_EQ(a.accuracy, b.accuracy);
  EXPECT_EQ(a.accuracy_client_mean, b.accuracy_client_mean);
}

void expect_equal(const cost::SelfCurveRow& a, const cost::SelfCurveRow& b) {
  EXPECT_EQ(a.step, b.step);
  EXPECT_EQ(a.accuracy, b.accuracy);
  EXPECT_EQ(a.accuracy_client_mean, b.accuracy_client_mean);
  EXPECT_EQ(a.accuracy_top4, b.accuracy_top4);
}

void expect_equal(const Phases& a, const Phases& b) {
  EXPECT_EQ(a.seconds, b.seconds);
  EXPECT_EQ(a.energy_source, b.energy_source);
  ASSERT_EQ(a.energy_joules.size(), b.energy_joules.size());
  for (std::size_t i = 0; i < a.energy_joules.size(); ++i)
    expect_same(a.energy_joules[i], b.energy_joules[i]);
}

template <class Row>
void expect_equal(const std::vector<Row>& a, const std::vector<Row>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) expect_equal(a[i], b[i]);
}

void expect_equal(const Run& a, const Run& b) {
  EXPECT_EQ(a.header.algorithm, b.header.algorithm);
  EXPECT_EQ(a.header.seed, b.header.seed);
  EXPECT_EQ(a.header.parameters, b.header.parameters);
  EXPECT_EQ(a.header.forward_flops_per_sample, b.header.forward_flops_per_sample);
  EXPECT_EQ(a.header.hyperparameters, b.header.hyperparameters);
  EXPECT_EQ(a.status, b.status);
  expect_equal(a.rounds, b.rounds);
  expect_equal(a.evaluations, b.evaluations);
  expect_equal(a.clients, b.clients);
  expect_equal(a.curve, b.curve);
  expect_equal(a.self_curve, b.self_curve);
  ASSERT_EQ(a.phases.has_value(), b.phases.has_value());
  if (a.phases) expect_equal(*a.phases, *b.phases);
  ASSERT_EQ(a.target.has_value(), b.target.has_value());
  if (!a.target) return;
  EXPECT_EQ(a.target->accuracy, b.target->accuracy);
  EXPECT_EQ(a.target->round, b.target->round);
  EXPECT_EQ(a.target->bytes, b.target->bytes);
  EXPECT_EQ(a.target->flops, b.target->flops);
  EXPECT_EQ(a.target->seconds, b.target->seconds);
}

void expect_equal(const Results& a, const Results& b) {
  EXPECT_EQ(a.header.version, b.header.version);
  EXPECT_EQ(a.header.git_commit, b.header.git_commit);
  EXPECT_EQ(a.header.command_line, b.header.command_line);
  EXPECT_EQ(a.header.settings, b.header.settings);
  EXPECT_EQ(a.header.created, b.header.created);
  EXPECT_EQ(a.header.libtorch, b.header.libtorch);
  EXPECT_EQ(a.header.mpi, b.header.mpi);
  EXPECT_EQ(a.header.hdf5, b.header.hdf5);
  EXPECT_EQ(a.header.world_size, b.header.world_size);
  EXPECT_EQ(a.header.status, b.header.status);
  EXPECT_EQ(a.system.rank, b.system.rank);
  EXPECT_EQ(a.system.host, b.system.host);
  EXPECT_EQ(a.system.pid, b.system.pid);
  EXPECT_EQ(a.system.device, b.system.device);
  EXPECT_EQ(a.system.threads, b.system.threads);
  EXPECT_EQ(a.system.gemm_flops_per_second, b.system.gemm_flops_per_second);
  EXPECT_EQ(a.system.gemm_flops_per_second_end, b.system.gemm_flops_per_second_end);
  EXPECT_EQ(a.system.cpu, b.system.cpu);
  EXPECT_EQ(a.system.gpu, b.system.gpu);
  EXPECT_EQ(a.system.slurm_job_id, b.system.slurm_job_id);
  EXPECT_EQ(a.system.gpus, b.system.gpus);
  schema::for_each(schema::clock_attributes, [&](const auto& clock) {
    expect_same(a.system.clocks.*clock.member, b.system.clocks.*clock.member);
  });
  EXPECT_EQ(a.data.dataset, b.data.dataset);
  EXPECT_EQ(a.data.source, b.data.source);
  EXPECT_EQ(a.data.division, b.data.division);
  EXPECT_EQ(a.data.support_fraction, b.data.support_fraction);
  EXPECT_EQ(a.data.data_seed, b.data.data_seed);
  schema::for_each(schema::reading_attributes, [&](const auto& field) {
    EXPECT_EQ(a.data.*field.member, b.data.*field.member) << field.name;
  });
  EXPECT_EQ(a.data.client_id, b.data.client_id);
  EXPECT_EQ(a.data.role, b.data.role);
  EXPECT_EQ(a.data.samples, b.data.samples);
  EXPECT_EQ(a.data.support, b.data.support);
  EXPECT_EQ(a.data.classes, b.data.classes);
  EXPECT_EQ(a.data.classes_of_all, b.data.classes_of_all);
  ASSERT_EQ(a.runs.size(), b.runs.size());
  for (std::size_t i = 0; i < a.runs.size(); ++i) expect_equal(a.runs[i], b.runs[i]);
}

TEST(Results, ComeBackAsTheyWereWritten) {
  const Folder folder;
  Results written = head();
  written.system.gemm_flops_per_second_end = {2e9, 4e9};
  written.runs = {run("maml", 1, rising, 0.6, 1000, 80), run("maml", 2, rising, 0.6, 1000, 80),
                  run("fedavg", 1, rising, 0.95, 5'000'000'000'000, 3'000'000'000)};
  write(folder.path() / "new/folder/a.h5", written);
  expect_equal(written, read_results(folder.path() / "new/folder/a.h5"));
  EXPECT_FALSE(fs::exists(folder.path() / "new/folder/a.h5.part"));
}

TEST(Results, WhatWasReadIsNotInOlderFiles) {
  const Folder folder;
  const auto path = folder.path() / "a.h5";
  Results written = head();
  written.runs = {run("maml", 1, rising, 0.6, 1000, 80)};
  write(path, written);
  {
    const h5::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    schema::for_each(schema::reading_attributes, [&](const auto& field) {
      EXPECT_GE(H5Adelete_by_name(file, "data", field.name, H5P_DEFAULT), 0) << field.name;
    });
  }
  const auto data = read_results(path).data;
  EXPECT_EQ(data.client_id, written.data.client_id);
  EXPECT_EQ(data.files_read, 0);
  EXPECT_EQ(data.files_passed_over, "");
}

TEST(Results, ClassesAreNotInOlderFiles) {
  const Folder folder;
  const auto path = folder.path() / "a.h5";
  Results written = head();
  written.data.classes.clear();
  written.data.classes_of_all = 0;
  write(path, written);
  expect_equal(written, read_results(path));
}

using Hyperparameters = std::vector<std::pair<std::string, AttributeValue>>;

/// What a file of this version gives back.
Hyperparameters read_as_of(std::int32_t version, const Hyperparameters& stored) {
  const Folder folder;
  const auto path = folder.path() / "a.h5";
  Results written = head();
  written.runs = {run("maml", 1, rising, 0.6, 1000, 80)};
  written.runs[0].header.hyperparameters = stored;
  write(path, written);
  if (version < schema::version) rewrite_in_old_form(path, "schema_version", version);
  return read_results(path).runs[0].header.hyperparameters;
}

TEST(Results, HyperparametersKeepTheirTypes) {
  const Hyperparameters values{{"resample", true},          {"first_order", false},
                               {"local_beta1", 0.0},        {"stage2_local_beta1", -1.0},
                               {"rounds", std::int64_t{1}}, {"weighting", "true"}};
  EXPECT_EQ(read_as_of(3, values), values);
  EXPECT_EQ(read_as_of(2, values), values);
}

// There switches were text, and decays of Adam's mean what they looked like.
TEST(Results, OfVersionOneAreReadWithTheTypesOfToday) {
  const Hyperparameters stored{{"resample", "true"},    {"first_order", "false"},
                               {"local_beta1", "0.9"},  {"stage2_local_beta1", std::int64_t{-1}},
                               {"inner_lr", 1.0},       {"rounds", std::int64_t{1}},
                               {"weighting", "samples"}};
  const Hyperparameters today{
      {"resample", true}, {"first_order", false},      {"local_beta1", 0.9},    {"stage2_local_beta1", -1.0},
      {"inner_lr", 1.0},  {"rounds", std::int64_t{1}}, {"weighting", "samples"}};
  EXPECT_EQ(read_as_of(1, stored), today);
}

/// With texts of any length, targets without an axis, and no checksums.
TEST(Results, OfEarlierVersionsAreReadAsTheyWere) {
  const Folder folder;
  const auto path = folder.path() / "a.h5";
  Results written = head();
  written.data.client_id = {"a", "b", std::string(500, 'c'), "d\xc3\xa4"};
  written.runs = {run("maml", 1, rising, 0.6, 1000, 80), run("fedavg", 1, rising, 0.95, 5000, 3000)};
  written.runs[0].curve = {{0, 0.25, 0.375}, {1, 0.5, 0.625}};
  write(path, written);
  expect_equal(written, read_results(path));
  rewrite_in_old_form(path, "schema_version", 2);
  {
    const h5::Node file = h5::open_file(path);
    EXPECT_TRUE(h5::lengths(h5::open_dataset(file, "runs/maml/seed1/target/round")).empty());
    EXPECT_EQ(h5::attribute<std::int32_t>(file, "schema_version"), 2);
  }
  expect_equal(written, read_results(path));
}

TEST(Results, RoundsOfFilesWithoutLaterColumnsDoNotKnowThem) {
  const Folder folder;
  const auto path = folder.path() / "a.h5";
  Results written = head();
  written.runs = {run("maml", 1, rising, 0.6, 1000, 80)};
  write(path, written);
  {
    const h5::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    for (const std::string name : {"device_bytes", "client_flops", "rank_seconds_wait", "seconds_checkpoint"})
      EXPECT_GE(H5Ldelete(file, ("runs/maml/seed1/rounds/" + name).c_str(), H5P_DEFAULT), 0);
  }
  for (auto& row : written.runs[0].rounds) {
    row.device_bytes = -1;
    row.client_flops.clear();
    row.rank_seconds_wait.clear();
    row.seconds_checkpoint = std::numeric_limits<double>::quiet_NaN();
  }
  expect_equal(written, read_results(path));
}

TEST(Results, TheMachineOfOlderFilesIsNotKnown) {
  const Folder folder;
  const auto path = folder.path() / "a.h5";
  Results written = head();
  write(path, written);
  {
    const h5::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    for (const std::string name : {"cpu", "gpu"})
      EXPECT_GE(H5Ldelete(file, ("system/" + name).c_str(), H5P_DEFAULT), 0);
    for (const std::string name :
         {"slurm_job_id", "gpus", "seconds_loading", "seconds_measuring", "seconds_preparing"})
      EXPECT_GE(H5Adelete_by_name(file, "system", name.c_str(), H5P_DEFAULT), 0) << name;
  }
  written.system.cpu.clear();
  written.system.gpu.clear();
  written.system.slurm_job_id.clear();
  written.system.gpus = -1;
  written.system.clocks = {};
  expect_equal(written, read_results(path));
}

TEST(Results, PhasesOfARunAreThereWhereItHasThem) {
  const Folder folder;
  const double none = std::nan("");
  Results written = head();
  written.runs = {run("maml", 1, rising, 0.6, 1000, 80), run("maml", 2, rising, 0.6, 1000, 80),
                  run("maml", 3, rising, 0.6, 1000, 80)};
  written.runs[0].phases = {{0.5, 30, 12.5, 43}, {none, 3000, 1250, 4300}, "nvml, rapl"};
  written.runs[1].phases = {.seconds = {0.5, 3, 1, 4.5}};
  write(folder.path() / "a.h5", written);
  expect_equal(written, read_results(folder.path() / "a.h5"));
  const h5::Node file = h5::open_file(folder.path() / "a.h5");
  EXPECT_EQ(h5::read<std::int32_t>(file, "runs/maml/seed1/phases/phase").values,
            (std::vector<std::int32_t>{0, 1, 2, 3}));
  EXPECT_FALSE(h5::exists(file, "runs/maml/seed2/phases/energy_joules"));
  EXPECT_FALSE(h5::exists(file, "runs/maml/seed3/phases"));
}

/// Written after the head, and again at the end.
TEST(Results, ClocksAreSetAsTheyAreKnown) {
  const Folder folder;
  const Results results = head();
  {
    ResultsWriter writer(folder.path() / "a.h5", false, results.header, results.system, results.data);
    writer.set_clocks({.loading = 3, .closing = 4});
    writer.set_clocks({.total = 99});
    writer.close("complete");
  }
  const auto clocks = read_results(folder.path() / "a.h5").system.clocks;
  EXPECT_EQ(clocks.loading, 3);
  EXPECT_EQ(clocks.measuring, 1);
  EXPECT_EQ(clocks.closing, 4);
  EXPECT_EQ(clocks.total, 99);
}

/// As the production task's: with what other runs do not have.
Run with_optional_columns(Run run) {
  for (auto& row : run.evaluations) {
    row.accuracy_top4 = row.accuracy / 2 + 0.5;
    row.initial_accuracy_client_mean = row.accuracy / 4;
    row.initial_loss = 2 - row.accuracy;
  }
  for (auto& row : run.clients) {
    row.accuracy_top4 = 0.875;
    row.flops = 5'000'000'000'000;
  }
  return run;
}

TEST(Results, OptionalColumnsAreThereWhereRowsHaveValues) {
  const Folder folder;
  Results written = head();
  written.runs = {with_optional_columns(run("self", 1, rising, 0.6, 1000, 80)),
                  run("maml", 1, rising, 0.6, 1000, 80)};
  write(folder.path() / "a.h5", written);
  expect_equal(written, read_results(folder.path() / "a.h5"));
  const h5::Node file = h5::open_file(folder.path() / "a.h5");
  for (const std::string name : {"evaluations/accuracy_top4", "evaluations/initial_accuracy_client_mean",
                                 "evaluations/initial_loss", "clients/accuracy_top4", "clients/flops"}) {
    EXPECT_TRUE(h5::exists(file, "runs/self/seed1/" + name)) << name;
    EXPECT_FALSE(h5::exists(file, "runs/maml/seed1/" + name)) << name;
  }
}

TEST(Results, APersonalisationCurveIsThereWhereItWasFollowed) {
  const Folder folder;
  Results written = head();
  written.runs = {run("perfedavg", 1, rising, 0.6, 1000, 80), run("maml", 1, rising, 0.6, 1000, 80)};
  written.runs[0].curve = {{0, 0.25, 0.375}, {1, 0.5, 0.625}, {2, 0.75, 0.875}};
  write(folder.path() / "a.h5", written);
  expect_equal(written, read_results(folder.path() / "a.h5"));
  const h5::Node file = h5::open_file(folder.path() / "a.h5");
  EXPECT_EQ(h5::read<std::int64_t>(file, "runs/perfedavg/seed1/personalisation/epochs").values,
            (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_FALSE(h5::exists(file, "runs/maml/seed1/personalisation"));
}

TEST(Results, TheCurveOfClientsThatTrainAloneIsThereWhereItWasFollowed) {
  const Folder folder;
  Results written = head();
  written.runs = {run("self", 1, rising, 0.6, 1000, 80), run("maml", 1, rising, 0.6, 1000, 80)};
  written.runs[0].self_curve = {{0, 0.25, 0.375, 0.5}, {40, 0.5, 0.625, 0.75}, {100, 0.75, 0.875, 1}};
  write(folder.path() / "a.h5", written);
  expect_equal(written, read_results(folder.path() / "a.h5"));
  const h5::Node file = h5::open_file(folder.path() / "a.h5");
  EXPECT_EQ(h5::read<std::int64_t>(file, "runs/self/seed1/self_curve/step").values,
            (std::vector<std::int64_t>{0, 40, 100}));
  EXPECT_FALSE(h5::exists(file, "runs/maml/seed1/self_curve"));
}

TEST(Results, RunsComeInFileOrderAndTheirSeedsInNumericOrder) {
  const Folder folder;
  Results written = head();
  for (const std::int64_t seed : {10, 9}) written.runs.push_back(run("maml", seed, rising, 1, 1, 4));
  written.runs.push_back(run("fedavg", 1, rising, 1, 1, 4));
  write(folder.path() / "a.h5", written);
  const Results read = read_results(folder.path() / "a.h5");
  ASSERT_EQ(read.runs.size(), 3u);
  EXPECT_EQ(read.runs[0].header.seed, 9);
  EXPECT_EQ(read.runs[1].header.seed, 10);
  EXPECT_EQ(read.runs[2].header.algorithm, "fedavg");
}

TEST(Results, TwoRunsAreWrittenAtOnce) {
  const Folder folder;
  const Results written = [] {
    Results results = head();
    results.runs = {run("fedavg", 1, rising, 0.6, 10, 4), run("fedavg-meta", 1, rising, 0.6, 10, 4)};
    return results;
  }();
  {
    ResultsWriter writer(folder.path() / "a.h5", false, written.header, written.system, written.data);
    RunWriter plain = writer.begin_run(written.runs[0].header, 2);
    RunWriter meta = writer.begin_run(written.runs[1].header, 2);
    for (std::size_t i = 0; i < rising.size(); ++i)
      for (auto [out, from] : {std::pair{&plain, &written.runs[0]}, std::pair{&meta, &written.runs[1]}}) {
        out->append_rounds(std::span(&from->rounds[i], 1));
        out->append_evaluation(from->evaluations[i]);
      }
    for (auto [out, from] : {std::pair{&plain, &written.runs[0]}, std::pair{&meta, &written.runs[1]}}) {
      if (from->target) out->write_target(*from->target);
      out->write_clients(from->clients);
      out->finish(nullptr, "complete");
    }
    writer.close("complete");
  }
  expect_equal(written, read_results(folder.path() / "a.h5"));
}

TEST(Results, ModelAndDivisionAreStored) {
  const Folder folder;
  const Results results = head();
  const Model model{R"([["w",[2,1]],["b",[1]]])", {1, 2, 3}, {4, 5, 6}, {.1f, .2f, .3f}, {.4f, .5f, .6f}};
  {
    ResultsWriter writer(folder.path() / "a.h5", false, results.header, results.system, results.data);
    RunWriter out = writer.begin_run(run("meta-sgd", 7, rising, 1, 1, 4).header, 2);
    out.finish(&model, "complete");
    writer.close("complete");
  }
  const h5::Node file = h5::open_file(folder.path() / "a.h5");
  const h5::Node group = h5::open_group(file, "runs/meta-sgd/seed7/model");
  EXPECT_EQ(h5::attribute<std::string>(group, "layout"), model.layout);
  EXPECT_EQ(h5::read<float>(group, "theta_initial").values, model.theta_initial);
  EXPECT_EQ(h5::read<float>(group, "theta").values, model.theta);
  EXPECT_EQ(h5::read<float>(group, "alpha_initial").values, model.alpha_initial);
  EXPECT_EQ(h5::read<float>(group, "alpha").values, model.alpha);
  EXPECT_EQ(h5::read<std::int32_t>(file, "data/order").values, results.data.order);
  EXPECT_EQ(h5::read<std::int64_t>(file, "data/offset").values, results.data.offset);
}

TEST(Results, ARoundWithFewerClientsIsPaddedInTheFile) {
  const Folder folder;
  Results written = head();
  written.runs = {run("maml", 1, rising, 1, 1, 4)};
  write(folder.path() / "a.h5", written);
  const h5::Node file = h5::open_file(folder.path() / "a.h5");
  EXPECT_EQ(h5::read<std::int32_t>(file, "runs/maml/seed1/rounds/clients").values,
            (std::vector<std::int32_t>{0, 1, 1, -1, 0, 1}));
}

TEST(Results, ARoundWithTooManyClientsIsABug) {
  const Folder folder;
  const Results results = head();
  ResultsWriter writer(folder.path() / "a.h5", false, results.header, results.system, results.data);
  const auto rows = run("maml", 1, rising, 1, 1, 4);
  RunWriter out = writer.begin_run(rows.header, 1);
  EXPECT_THROW(out.append_rounds(rows.rounds), std::logic_error);
}

TEST(Results, WhatWasFlushedSurvivesAKilledProcess) {
  const Folder folder;
  Results results = head();
  results.header.status = "running";
  const auto rows = run("maml", 1, rising, 1, 1, 4);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ResultsWriter writer(folder.path() / "a.h5", false, results.header, results.system, results.data);
    RunWriter out = writer.begin_run(rows.header, 2);
    out.append_rounds(std::span(rows.rounds).first(2));
    out.append_evaluation(rows.evaluations[0]);
    out.append_rounds(std::span(rows.rounds).last(1));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(fs::exists(folder.path() / "a.h5"));
  const Results read = read_results(folder.path() / "a.h5.part");
  EXPECT_EQ(read.header.status, "running");
  ASSERT_EQ(read.runs.size(), 1u);
  EXPECT_EQ(read.runs[0].status, "running");
  ASSERT_GE(read.runs[0].rounds.size(), 2u);
  expect_equal(read.runs[0].rounds[1], rows.rounds[1]);
  EXPECT_EQ(read.runs[0].evaluations.size(), 1u);
}

/// As the closing table is made: by the process that writes, before close(), of what was appended and not
/// flushed.
TEST(Results, TheWriterCanReadWhatItWrites) {
  const Folder folder;
  Results results = head();
  results.header.status = "running";
  const auto rows = run("maml", 1, rising, 0.6, 1, 4);
  ResultsWriter writer(folder.path() / "a.h5", false, results.header, results.system, results.data);
  RunWriter out = writer.begin_run(rows.header, 2);
  out.append_evaluation(rows.evaluations[0]);
  for (const auto& row : rows.rounds) {
    out.append_rounds(std::span(&row, 1));
    const auto read = writer.read();
    ASSERT_EQ(read.runs.at(0).rounds.size(), static_cast<std::size_t>(row.round));
    expect_equal(read.runs[0].rounds.back(), row);
  }
  out.write_target(*rows.target);
  EXPECT_EQ(writer.read().runs[0].target->round, rows.target->round);
  auto later = rows.rounds;  // the writer goes on
  for (auto& row : later) row.round += std::ssize(later);
  out.append_rounds(later);
  out.finish(nullptr, "complete");
  writer.set_gemm_end({1, 2});
  EXPECT_EQ(writer.read().system.gemm_flops_per_second_end, (std::vector<double>{1, 2}));
  writer.close("complete");
  EXPECT_EQ(read_results(folder.path() / "a.h5").runs[0].rounds.size(), 2 * rows.rounds.size());
}

TEST(Results, WithoutCloseThePartStaysAndCanBeRead) {
  const Folder folder;
  const Results results = head();
  { ResultsWriter writer(folder.path() / "a.h5", false, results.header, results.system, results.data); }
  EXPECT_FALSE(fs::exists(folder.path() / "a.h5"));
  EXPECT_EQ(read_results(folder.path() / "a.h5.part").data.client_id, results.data.client_id);
}

TEST(Results, AFileBeingWrittenCanBeRead) {
  const Folder folder;
  const Results results = head();
  std::array<int, 2> ready{}, done{};
  ASSERT_EQ(::pipe(ready.data()) | ::pipe(done.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(done[1]);
    ResultsWriter writer(folder.path() / "a.h5", false, results.header, results.system, results.data);
    char byte = 0;
    if (::write(ready[1], &byte, 1) == 1 && ::read(done[0], &byte, 1) == 0) ::_exit(0);
    ::_exit(1);
  }
  char byte = 0;
  EXPECT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(read_results(folder.path() / "a.h5.part").data.client_id, results.data.client_id);
  for (int end : {ready[0], ready[1], done[0], done[1]}) ::close(end);
  ::waitpid(child, nullptr, 0);
}

}  // namespace
}  // namespace fedmeta::record
