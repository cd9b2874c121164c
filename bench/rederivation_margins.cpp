// rederivation_margins: how far the re-derivation that decides RESULT: VALID stays from its limits.
//
// Takes the options of fedmeta_bench. For each algorithm and seed, re-derives one client's update with fresh
// parameters and, if --rounds is more than one, with those after that many rounds of training. Each seed uses
// another client; as in a run, up to two more are tried if it does not agree. bench/rederivation.sh runs it
// with many settings.
#include <algorithm>
#include <cstdio>
#include <ctime>

#include "engine/make_engine.hpp"
#include "federate/client_stream.hpp"
#include "federate/episode.hpp"
#include "federate/rederivation.hpp"
#include "federate/training.hpp"
#include "programs/bench/bench.hpp"
#include "programs/bench/machine.hpp"
#include "programs/bench/mpi_program.hpp"
#include "settings/settings.hpp"

namespace fedmeta::bench {
namespace {

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Returns the client at `place` among the training clients, the smallest first.
std::int32_t client_for(const hosting::Catalogue& catalogue, std::int64_t place) {
  auto clients = catalogue.with_role(data::Role::train);
  std::stable_sort(clients.begin(), clients.end(),
                   [&](auto a, auto b) { return catalogue[a].samples < catalogue[b].samples; });
  return clients[static_cast<std::size_t>(place) % clients.size()];
}

class Margins {
 public:
  Margins(const settings::Settings& settings, const federate::Federation& federation)
      : settings_(settings), federation_(federation), precision_(model::precision_named(settings.precision)) {
    std::puts(
        "dataset,network,algorithm,precision,threads,seed,rounds,samples,over_limit,algebra,"
        "gradient,gradient_left_out,product,product_left_out,cpu_seconds,assembly,clients");
  }

  void measure(const algorithms::Method& method, std::int64_t seed) const {
    const auto run = method.make_run();
    const auto init = settings_.init == "tf" ? model::Initialisation::tf : model::Initialisation::torch;
    const auto fresh =
        model::initial_parameters(federation_.network.layout(), init, static_cast<std::uint64_t>(seed));
    rederive(method.name(), run.first(), run.first().initial(fresh).to(federation_.device), seed, 0);
    if (run.rounds() < 2) return;
    federate::Validity validity;
    const auto plan = settings::run_plan(settings_, seed);
    auto trained =
        federate::Training(federation_, run, {{method.name(), false}}, plan, {init}).run(nullptr, validity);
    rederive(method.name(), run.first(), trained.phi.to(federation_.device), seed, run.rounds());
  }

 private:
  void rederive(const std::string& name, const algorithms::Algorithm& algorithm, const at::Tensor& phi,
                std::int64_t seed, std::int64_t rounds) const {
    std::vector<federate::RederivedClient> clients;
    for (std::int64_t i = 0; i < 3; ++i)
      clients.push_back(client_of(algorithm.round_options(), seed, seed + i));
    const algorithms::Reference reference{federation_.network, model::plain_products(precision_)};
    const double before = cpu_seconds();
    const auto found =
        federate::best_rederivation(algorithm, federation_.engine, reference, phi, clients, precision_);
    std::printf("%s,%s,%s,%s,%d,%ld,%ld,%ld,%.3g,%.3g,%.3g,%.3g,%.3g,%.3g,%.2f,%.3g,%ld\n",
                settings_.source.dataset.c_str(), federation_.network.name().c_str(), name.c_str(),
                settings_.precision.c_str(), settings_.threads, seed, rounds,
                clients.front().samples.all.rows(), found.over_limit(precision_), found.algebra,
                found.gradients.worst, found.gradients.left_out(), found.products.worst,
                found.products.left_out(), cpu_seconds() - before, found.assembly, found.clients);
    std::fflush(stdout);
  }
  federate::RederivedClient client_of(const algorithms::RoundOptions& options, std::int64_t seed,
                                      std::int64_t place) const {
    const auto client = client_for(federation_.catalogue, place);
    auto order = federate::client_stream(federation_.catalogue, "batch order", seed, 0, client);
    auto task = federation_.shard.task(client);
    if (options.episode_samples > 0) task = federate::cut_episode(task, options.episode_samples, order);
    return {federate::cut_for_rederivation(task), order};
  }

  const settings::Settings& settings_;
  const federate::Federation& federation_;
  model::Precision precision_;
};

int run(const comm::Communicator& world, int argc, char** argv) {
  settings::Settings settings;
  comm::agree(world, [&] { settings = settings::scaled(settings::parse_settings(argc, argv)); });
  const auto precision = model::precision_named(settings.precision);
  const auto device = programs::prepare_device(world, settings.device, settings.threads, precision).device;
  const auto loaded = hosting::load(world, settings::data_plan(settings));
  const auto network = model::make_network(
      settings::model_plan(settings, loaded.catalogue.form, loaded.vectors.tensor(device)));
  hosting::Shard shard(world, loaded.catalogue, loaded.hosted, device);
  const auto engine = engine::make_engine(*network, device, {precision});
  const federate::Federation federation{world, loaded.catalogue, shard, *network, *engine, device};
  const Margins margins(settings, federation);
  for (const auto& method : settings.methods)
    for (const auto seed : settings.seeds)
      if (method.has_rounds()) margins.measure(method, seed);
  return 0;
}

}  // namespace
}  // namespace fedmeta::bench

int main(int argc, char** argv) {
  using namespace fedmeta;
  return programs::run_mpi_program({"rederivation_margins", programs::answer_bench, bench::run}, argc, argv);
}
