#include "algorithms/local_algorithm.hpp"

#include "cost/formulas.hpp"

namespace fedmeta::algorithms {

learn::Batches LocalAlgorithm::training_sets(const learn::Group& group) const {
  return local_.data == LocalData::support ? group.support() : group.all();
}

learn::Updates LocalAlgorithm::client_updates(const learn::Engine& engine, const at::Tensor& phi,
                                              const learn::Group& group, learn::ClientStates& states) const {
  auto orders = group.orders;
  const auto steps = learn::minibatches(training_sets(group), local_.passes, &orders, engine.has_dropout());
  return learn::fedavg(engine, phi, steps, *local_.make_optimizer(), states, local_.direction);
}

std::int64_t LocalAlgorithm::flops(std::int64_t f, std::int64_t samples, std::int64_t support) const {
  const auto rows = local_.data == LocalData::support ? support : samples;
  return cost::local_flops(f, learn::rows_processed(rows, local_.passes));
}

at::Tensor LocalAlgorithm::adapt(const learn::Engine&, const at::Tensor& phi, const learn::Group&) const {
  return phi;
}

at::Tensor trained_on_support(const learn::Engine& engine, const at::Tensor& theta, const learn::Group& group,
                              const LocalTraining& training) {
  return learn::train_locally(engine, theta, group.support(), training.passes, *training.make_optimizer(),
                              group.orders)
      .thetas;
}

}  // namespace fedmeta::algorithms
