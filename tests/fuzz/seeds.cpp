#include "fuzz/seeds.hpp"

#include <array>
#include <span>
#include <string>

#include "data/sets/sent140.hpp"
#include "data/sets/shakespeare.hpp"
#include "record/checkpoint.hpp"
#include "record/data_file.hpp"
#include "record/synthetic_results.hpp"

namespace fedmeta::fuzz {
namespace {

namespace fs = std::filesystem;

void write_results(const fs::path& folder) {
  constexpr std::array accuracies{0.3, 0.6, 0.8};
  auto results = record::head();
  record::write(folder / "good-no-runs", results);
  for (const char* algorithm : {"fedavg", "maml"}) {
    auto run = record::run(algorithm, 1, accuracies, 0.5, 1000, 80);
    run.curve = {{0, 0.5, 0.5}, {1, 0.625, 0.75}};
    results.runs.push_back(run);
  }
  results.system.gemm_flops_per_second_end = {1e9, 2e9};
  record::write(folder / "good-two-runs", results);
}

void write_data(const fs::path& file, const std::string& dataset, std::int64_t width,
                const std::vector<data::Client>& clients, const data::WordVectors* vectors = nullptr) {
  record::write_data_file(
      file,
      {dataset, "leaf", data::storage_of(clients.front().features), width, std::ssize(clients), "b.JSON"},
      [&](std::int64_t i) { return clients[static_cast<std::size_t>(i)]; }, vectors, true);
}

void write_data_files(const fs::path& folder) {
  write_data(folder / "good-bytes", "femnist", 784,
             {{"a", data::Bytes(2 * 784, 255), {61, 0}}, {"b", data::Bytes(784, 7), {3}}});
  write_data(folder / "good-floats", "synthetic", 60, {{"a", data::Floats(2 * 60, 0.5F), {4, 0}}});
  write_data(folder / "good-windows", "shakespeare", data::window_width,
             {data::speech_client("P_A", std::string(90, 'x') + "To be, or not to be"),
              data::speech_client("P_B", std::string(81, 'y'))});
  const data::WordVectors vectors{4, 2, {1, 2, 3, 4, 0, 0, 0, 0}};
  write_data(folder / "good-tokens", "sent140", data::tweet_tokens,
             {{"a", data::Indices(2 * data::tweet_tokens, 3), {0, 1}}}, &vectors);
  write_data(folder / "good-columns", "production", 7,
             {{"a", data::Indices{-1, 40, 64, 71, 81, 87, -1, 0, 41, 65, 72, 82, 88, 89}, {0, 1}}});
}

void write_checkpoint(const fs::path& folder) {
  const auto output = folder / "run.h5";
  constexpr std::array<float, 6> phi{1, 2, 3, 4, 5, 6};
  record::CheckpointWriter checkpoint(output);
  checkpoint.add("round", std::int64_t{7});
  checkpoint.add("seconds", 0.1);
  checkpoint.add("reasons", std::string("one\ntwo"));
  checkpoint.add("phi", record::ValueType::f32, {2, 3}, std::as_bytes(std::span(phi)));
  checkpoint.publish();
  fs::rename(record::checkpoint_of(output), folder / "good-state");
}

}  // namespace

void write_seeds(const fs::path& folder) {
  for (const char* name : {"results", "data_file", "checkpoint"}) fs::create_directories(folder / name);
  write_results(folder / "results");
  write_data_files(folder / "data_file");
  write_checkpoint(folder / "checkpoint");
}

}  // namespace fedmeta::fuzz
