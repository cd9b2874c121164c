#include "mpi/small_experiment.hpp"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "app/experiment.hpp"
#include "mpi/small_federation.hpp"

namespace fedmeta::test {

app::Settings settings_of(const std::vector<std::string>& arguments) {
  std::vector<const char*> words{"fedmeta_bench"};
  for (const auto& argument : arguments) words.push_back(argument.c_str());
  return scaled(app::parse_settings(static_cast<int>(words.size()), words.data()));
}

std::vector<record::Run> run(const app::Settings& settings) {
  at::set_num_threads(1);
  const auto world = comm::Communicator::world();
  const auto loaded = federate::load(world, data_plan(settings));
  const auto vectors = loaded.vectors.tensor(at::kCPU);
  const auto network = model::make_network(model_plan(settings, loaded.catalogue.form, vectors));
  federate::Shard shard(world, loaded.catalogue, loaded.hosted, at::kCPU);
  const auto engine = learn::make_engine(*network, at::kCPU);
  const federate::Federation federation{world, loaded.catalogue, shard, *network, *engine, at::kCPU};
  federate::Validity validity;
  auto runs = app::run_experiment(settings, federation, nullptr, validity);
  EXPECT_EQ(faults(validity), "");
  return runs;
}

}  // namespace fedmeta::test
