// Reading data and writing results. Each rank has its own files.
#include <unistd.h>

#include <filesystem>

#include "data/leaf/leaf_writer.hpp"
#include "problems.hpp"
#include "record/data_file.hpp"
#include "record/results_writer.hpp"
#include "trace/span.hpp"

namespace fedmeta::bench {
namespace {

namespace fs = std::filesystem;

/// A temporary folder for one benchmark.
class Folder {
 public:
  explicit Folder(const std::string& name)
      : path_(fs::temp_directory_path() / ("fedmeta_microbench." + std::to_string(getpid())) / name) {
    fs::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    fs::remove_all(path_);
    std::error_code not_empty;
    fs::remove(path_.parent_path(), not_empty);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

double bytes_of(const fs::path& file) {
  return static_cast<double>(fs::file_size(file));
}

constexpr std::int64_t clients = 20, client_samples = 100;

std::unique_ptr<data::Dataset> generated(const std::string& dataset) {
  data::DatasetPlan plan;
  plan.dataset = dataset;
  plan.generated = {clients, client_samples, 0, client_samples};
  return data::make_dataset(plan);
}

/// Parses files as LEAF writes them: one with nine tenths of each client's samples, one with the rest.
Body parse_leaf(const Machine& machine, const std::string& name) {
  return [&, name](benchmark::State& state) {
    const auto dataset = generated(name);
    const Folder folder("leaf-" + name);
    const auto make = [&](std::int64_t index) { return dataset->generate(index); };
    data::write_leaf_folder(folder.path() / "data", clients, make, dataset->leaf_text(), /*seed=*/1, false);
    const auto files = dataset->files(folder.path() / "data").read;
    Work work;
    for (const auto& file : files) work.bytes += bytes_of(file);
    measure(state, machine, work, [&] {
      for (const auto& file : files) benchmark::DoNotOptimize(dataset->read(file));
    });
  };
}

Body load_data_file(const Machine& machine, const std::string& name) {
  return [&, name](benchmark::State& state) {
    const auto dataset = generated(name);
    const Folder folder("file-" + name);
    const auto file = folder.path() / "data.h5";
    const auto make = [&](std::int64_t index) { return dataset->generate(index); };
    const record::DataFileHeader header{name, "generated", data::storage_of(make(0).features),
                                        dataset->form().width, clients};
    record::write_data_file(file, header, make, nullptr, false);
    measure(state, machine, {.bytes = bytes_of(file)}, [&] {
      benchmark::DoNotOptimize(record::read_data_file(file, [](const auto&) { return true; }));
    });
  };
}

constexpr int rounds = 100, period = 20, cohort = 4;

/// Returns the results of a small run: a hundred rounds and the clients' last accuracies.
record::Results small_results() {
  record::Results results;
  results.header.world_size = 1;
  results.system = {{0}, {"host"}, {1}, {"cpu"}, {1}, {1e9}, {}};
  record::Run run;
  run.header = {"maml", 1, 0, 0, {}};
  auto& data = results.data;
  for (std::int32_t client = 0; client < clients; ++client) {
    data.client_id.push_back("client" + std::to_string(client));
    data.role.push_back(0);
    data.samples.push_back(100);
    data.support.push_back(20);
    run.clients.push_back({.client = client, .samples = 80});
  }
  for (std::int32_t round = 1; round <= rounds; ++round) {
    run.rounds.push_back({.round = round, .clients = {1, 2, 3, 4}, .rank_seconds_compute = {0.5}});
    if (round % period == 0) run.evaluations.push_back({.round = round, .split = "test"});
  }
  results.runs.push_back(std::move(run));
  return results;
}

/// Writes as a training does: adds each round by itself, and flushes the file with every evaluation.
void write_results(const fs::path& file, const record::Results& results) {
  record::ResultsWriter writer(file, /*force=*/true, results.header, results.system, results.data);
  const auto& run = results.runs.front();
  auto run_writer = writer.begin_run(run.header, cohort);
  for (std::size_t evaluation = 0; evaluation < run.evaluations.size(); ++evaluation) {
    for (const auto& row : std::span(run.rounds).subspan(evaluation * period, period))
      run_writer.append_rounds(std::span(&row, 1));
    run_writer.append_evaluation(run.evaluations[evaluation]);
  }
  run_writer.write_clients(run.clients);
  run_writer.finish(nullptr, "complete");
  writer.close("complete");
}

Body write_results_file(const Machine& machine) {
  return [&](benchmark::State& state) {
    const Folder folder("results");
    const auto file = folder.path() / "results.h5";
    const auto results = small_results();
    write_results(file, results);
    measure(state, machine, {.bytes = bytes_of(file)}, [&] { write_results(file, results); });
  };
}

/// A thousand spans of --trace, which a run keeps until a training's end.
Body keep_spans(const Machine& machine) {
  return [&](benchmark::State& state) {
    trace::keep_events();
    measure(state, machine, {}, [] {
      for (std::int64_t client = 0; client < 1000; ++client)
        const trace::Span span("training clients", {"client", client});
      benchmark::DoNotOptimize(trace::take_events());
    });
  };
}

}  // namespace

void add_input_output(const Machine& machine) {
  for (const std::string dataset : {"femnist", "shakespeare"}) {
    add("leaf_parsing/" + dataset, parse_leaf(machine, dataset));
    add("data_file_loading/" + dataset, load_data_file(machine, dataset));
  }
  add("results_writing", write_results_file(machine));
  add("trace_spans", keep_spans(machine));  // last: spans cost more from here on
}

}  // namespace fedmeta::bench
