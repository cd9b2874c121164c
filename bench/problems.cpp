#include "problems.hpp"

#include "cost/formulas.hpp"
#include "engine/make_engine.hpp"
#include "hosting/loading.hpp"
#include "model/initialisation.hpp"

namespace fedmeta::bench {
namespace {

/// Asks for two clients, since a federation needs one for training and one for testing.
settings::Settings small_settings(const Subject& subject, std::int64_t samples) {
  auto settings = settings::profile_settings("paper", subject.dataset);
  settings.model = subject.model;
  settings.source.generated = {2, static_cast<double>(samples), 0, samples};
  settings.filters = {};
  settings.roles = {0.5, 0};
  return settings;
}

}  // namespace

Problem::Problem(const Subject& subject, std::int64_t samples, at::Device device)
    : settings_(small_settings(subject, samples)) {
  const auto alone = comm::Communicator::self();
  auto loaded = hosting::load(alone, settings::data_plan(settings_));
  vectors_ = std::move(loaded.vectors);
  const auto& catalogue = loaded.catalogue;
  network_ = model::make_network(settings::model_plan(settings_, catalogue.form, vectors_.tensor(device)));
  engine_ = engine::make_engine(*network_, device);
  theta_ = model::initial_parameters(network_->layout(), model::Initialisation::tf, /*seed=*/1).to(device);
  shard_ = std::make_unique<hosting::Shard>(alone, catalogue, loaded.hosted, device);
  task_ = shard_->task(catalogue.with_role(data::Role::train).front());
}

std::unique_ptr<algorithms::Algorithm> Problem::algorithm(const std::string& name, std::int64_t batch) const {
  auto method = *std::ranges::find(settings_.shared, name, &algorithms::Method::name);
  const auto rows = method.rows();
  for (const auto* option : {"batch-size", "inner-batch"})
    if (const auto* row = options::find(rows, option)) options::assign(*row, batch);
  return std::move(method.make_run().stages.front().algorithm);
}

const Problem& Problems::operator[](const Subject& subject) {
  return made_.try_emplace(subject.name(), subject, client_samples_, device_).first->second;
}

double sample_bytes(const data::Batch& batch) {
  return static_cast<double>(batch.x.nbytes() + batch.y.nbytes());
}

}  // namespace fedmeta::bench
