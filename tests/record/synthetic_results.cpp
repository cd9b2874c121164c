#include "record/synthetic_results.hpp"

#include <cstdlib>
#include <stdexcept>

#include "record/results_writer.hpp"

namespace fedmeta::record {

Results head() {
  Results results;
  results.header = {.version = "0.1.0",
                    .git_commit = "0123abc",
                    .command_line = "fedmeta_bench --seeds 1,2",
                    .settings = "seeds = [1, 2]\nname = \"Zoë\"\n",
                    .created = "2024-01-02T03:04:05Z",
                    .libtorch = "2.11.0",
                    .mpi = "Open MPI 4.1.4",
                    .hdf5 = "1.10.8",
                    .world_size = 2,
                    .status = "complete"};
  results.system = {.rank = {0, 1},
                    .host = {"node-a", "node-b"},
                    .pid = {11, 12},
                    .device = {"cpu", "cuda:0"},
                    .threads = {1, 2},
                    .gemm_flops_per_second = {1e9, 3e9},
                    .gemm_flops_per_second_end = {},
                    .cpu = {"Processor A", "Processor B"},
                    .gpu = {"", "Accelerator C"},
                    .slurm_job_id = "4711",
                    .gpus = 1,
                    .clocks = {.loading = 2, .measuring = 1, .preparing = 0.5}};
  results.data = {.dataset = "femnist",
                  .source = "generated",
                  .division = "random",
                  .support_fraction = 0.2,
                  .data_seed = 42,
                  .client_id = {"a", "b", "c", "d"},
                  .role = {0, 0, 1, 2},
                  .samples = {2, 3, 2, 4},
                  .support = {1, 1, 1, 2},
                  .classes = {1, 3, 2, 2},
                  .order = {0, 1, 2, 0, 1, 1, 0, 3, 1, 0, 2},
                  .offset = {0, 2, 5, 7, 11},
                  .files_read = 2,
                  .users_read = 9,
                  .samples_read = 40,
                  .min_samples = 2,
                  .max_samples = 4,
                  .max_clients = 4,
                  .dropped_min_samples = 1,
                  .dropped_max_samples = 3,
                  .dropped_max_clients = 1,
                  .classes_of_all = 3,
                  .equal_samples = 5,
                  .files_passed_over = "b.JSON\nc.json.part"};
  return results;
}

Run run(const std::string& algorithm, std::int64_t seed, std::span<const double> accuracies, double target,
        std::int64_t flops, std::int64_t bytes) {
  Run run;
  run.header = {algorithm,
                seed,
                10,
                100,
                {{"inner_lr", 0.5},
                 {"inner_epochs", std::int64_t{3}},
                 {"weighting", "samples"},
                 {"target_accuracy", target}}};
  run.status = "complete";
  for (std::int32_t round = 1; round <= static_cast<std::int32_t>(accuracies.size()); ++round) {
    const double accuracy = accuracies[round - 1];
    run.rounds.push_back(
        {.round = round,
         .clients = round % 2 ? std::vector<std::int32_t>{0, 1} : std::vector<std::int32_t>{1},
         .loss = 2.0 / round,
         .flops = flops,
         .flops_executed = flops + 7,
         .bytes_down = bytes - bytes / 4,
         .bytes_up = bytes / 4,
         .mpi_bytes = 2 * bytes,
         .device_bytes = bytes + round,
         .seconds = 1.0,
         .seconds_broadcast = 0.125,
         .seconds_compute = 0.5,
         .seconds_reduce = 0.25,
         .seconds_update = 0.0625,
         .rank_seconds_compute = {0.5, 0.375},
         .rank_seconds_wait = {0.0625, 0.25},
         .client_flops = round % 2 ? std::vector<std::int64_t>{flops - flops / 4, flops / 4}
                                   : std::vector<std::int64_t>{flops},
         .seconds_checkpoint = round == 2 ? 0.5 : 0.0});
    run.evaluations.push_back(
        {round, "test", accuracy, accuracy - 0.01, 1.0 - accuracy, accuracy - 0.1, 0.5});
    if (!run.target && accuracy >= target)
      run.target = {target, round, bytes * round, flops * round, 1.0 * round};
  }
  run.clients = {{3, 0.25, 0.75, 2}};
  return run;
}

void write(const std::filesystem::path& path, const Results& results) {
  ResultsWriter writer(path, false, results.header, results.system, results.data);
  for (const Run& run : results.runs) {
    RunWriter out = writer.begin_run(run.header, 2);
    out.append_rounds(run.rounds);
    for (const cost::EvaluationRow& row : run.evaluations) out.append_evaluation(row);
    if (!run.curve.empty()) out.write_curve(run.curve);
    if (!run.self_curve.empty()) out.write_self_curve(run.self_curve);
    if (run.target) out.write_target(*run.target);
    if (!run.clients.empty()) out.write_clients(run.clients);
    if (run.phases) out.write_phases(*run.phases);
    out.finish(nullptr, run.status);
  }
  if (!results.system.gemm_flops_per_second_end.empty())
    writer.set_gemm_end(results.system.gemm_flops_per_second_end);
  writer.close(results.header.status);
}

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "fedmeta-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace fedmeta::record
