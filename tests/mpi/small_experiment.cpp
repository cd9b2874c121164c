#include "mpi/small_experiment.hpp"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "engine/make_engine.hpp"
#include "mpi/small_federation.hpp"
#include "programs/bench/experiment.hpp"

namespace fedmeta::test {

settings::Settings settings_of(const std::vector<std::string>& arguments) {
  std::vector<const char*> words{"fedmeta_bench"};
  for (const auto& argument : arguments) words.push_back(argument.c_str());
  return scaled(settings::parse_settings(static_cast<int>(words.size()), words.data()));
}

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
  auto runs = programs::run_experiment(settings, federation, nullptr, validity);
  EXPECT_EQ(faults(validity), "");
  return runs;
}

}  // namespace fedmeta::test
