#include "algorithms/options.hpp"

namespace fedmeta::algorithms {

std::unique_ptr<learn::Optimizer> LocalTraining::make_optimizer() const {
  if (optimizer == OptimizerKind::sgd) return learn::make_sgd(lr, 0, weight_decay);
  return learn::make_adam(lr, weight_decay, beta1);
}

LocalTraining LaterTraining::after(const LocalTraining& first) const {
  auto later = first;
  later.passes = {epochs, batch.value_or(first.passes.batch), steps};
  later.optimizer = optimizer.value_or(first.optimizer);
  later.lr = lr.value_or(first.lr);
  later.beta1 = beta1.value_or(first.beta1);
  later.direction = direction.value_or(first.direction);
  return later;
}

std::unique_ptr<learn::Optimizer> ServerOptions::make_optimizer() const {
  if (optimizer == ServerStep::average) return learn::make_sgd(1);
  if (optimizer == ServerStep::sgd) return learn::make_sgd(lr, momentum);
  return learn::make_adam(lr);
}

std::unique_ptr<learn::Optimizer> OuterStep::make_optimizer() const {
  if (optimizer == OptimizerKind::sgd) return learn::make_sgd(lr, 0, weight_decay);
  return learn::make_adam(lr, weight_decay);
}

}  // namespace fedmeta::algorithms
