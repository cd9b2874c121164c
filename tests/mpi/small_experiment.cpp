#include "mpi/small_experiment.hpp"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <optional>

#include "engine/make_engine.hpp"
#include "mpi/small_federation.hpp"
#include "programs/bench/experiment.hpp"
#include "record/synthetic_results.hpp"

namespace fedmeta::test {

settings::Settings settings_of(const std::vector<std::string>& arguments) {
  std::vector<const char*> words{"fedmeta_bench"};
  for (const auto& argument : arguments) words.push_back(argument.c_str());
  return scaled(settings::parse_settings(static_cast<int>(words.size()), words.data()));
}

namespace {

record::System system_of(int ranks) {
  record::System system;
  system.rank.resize(static_cast<std::size_t>(ranks));
  std::iota(system.rank.begin(), system.rank.end(), 0);
  system.host.resize(system.rank.size());
  system.pid.resize(system.rank.size());
  system.device.resize(system.rank.size());
  system.threads.resize(system.rank.size());
  system.gemm_flops_per_second.resize(system.rank.size());
  return system;
}

record::Data data_of(const settings::Settings& settings, const hosting::Catalogue& catalogue) {
  record::Data data;
  data.dataset = settings.source.dataset;
  data.source = catalogue.source;
  for (const auto& client : catalogue.clients) {
    data.client_id.push_back(client.id);
    data.role.push_back(static_cast<std::uint8_t>(client.role));
    data.samples.push_back(client.samples);
    data.support.push_back(client.support);
  }
  return data;
}

}  // namespace

std::vector<record::Run> run(const settings::Settings& settings) {
  at::set_num_threads(1);
  const auto world = comm::Communicator::world();
  const auto loaded = hosting::load(world, data_plan(settings));
  const auto vectors = loaded.vectors.tensor(at::kCPU);
  const auto network = model::make_network(model_plan(settings, loaded.catalogue.form, vectors));
  hosting::Shard shard(world, loaded.catalogue, loaded.hosted, at::kCPU);
  const auto engine = engine::make_engine(*network, at::kCPU);
  const federate::Federation federation{world, loaded.catalogue, shard, *network, *engine, at::kCPU};
  federate::Validity validity;
  std::optional<record::Folder> folder;
  std::filesystem::path output;
  std::unique_ptr<record::ResultsWriter> writer;
  if (world.root()) {
    folder.emplace();
    output = folder->path() / "run.h5";
    record::Header header;
    header.world_size = world.size();
    writer = std::make_unique<record::ResultsWriter>(output, false, header, system_of(world.size()),
                                                     data_of(settings, loaded.catalogue));
  }
  programs::Checkpoints none(world, writer.get(), output, {.rounds = 0, .seconds = 0}, 0, false);
  programs::TraceFile no_trace(world, "", false, false);
  const programs::StartModel start(world, settings);
  start.check(*network);
  programs::run_experiment(settings, federation, start, writer.get(), none, {}, no_trace, validity);
  EXPECT_EQ(faults(validity), "");
  return writer ? writer->read().runs : std::vector<record::Run>{};
}

}  // namespace fedmeta::test
