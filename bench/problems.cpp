#include "problems.hpp"

#include "cost/formulas.hpp"
#include "federate/loading.hpp"
#include "model/initialisation.hpp"

namespace fedmeta::bench {
namespace {

/// Two clients, since a federation needs one to train and one to test.
app::Settings small_settings(const Subject& subject) {
  auto settings = app::profile_settings("paper", subject.dataset);
  settings.model = subject.model;
  settings.source.generated = {2, client_samples, 0, client_samples};
  settings.roles = {0.5, 0};
  return settings;
}

}  // namespace

Problem::Problem(const Subject& subject, at::Device device) : settings_(small_settings(subject)) {
  const auto alone = comm::Communicator::self();
  auto loaded = federate::load(alone, app::data_plan(settings_));
  vectors_ = std::move(loaded.vectors);
  const auto& catalogue = loaded.catalogue;
  network_ = model::make_network(app::model_plan(settings_, catalogue.form, vectors_.tensor(device)));
  engine_ = learn::make_engine(*network_, device);
  theta_ = model::initial_parameters(network_->layout(), model::Initialisation::tf, /*seed=*/1).to(device);
  shard_ = std::make_unique<federate::Shard>(alone, catalogue, loaded.hosted, device);
  task_ = shard_->task(catalogue.with_role(data::Role::train).front());
}

std::unique_ptr<federate::Algorithm> Problem::algorithm(const std::string& name, std::int64_t batch) const {
  auto protocol = federate::protocol_for(name, settings_.protocol);
  protocol.local.batch = protocol.inner.batch = batch;
  return federate::make_algorithm(protocol);
}

const Problem& Problems::operator[](const Subject& subject) {
  return made_.try_emplace(subject.name(), subject, device_).first->second;
}

double sample_bytes(const data::Batch& batch) {
  return static_cast<double>(batch.x.nbytes() + batch.y.nbytes());
}

}  // namespace fedmeta::bench
