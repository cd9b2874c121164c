#include "learn/local_training.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "device/cuda.hpp"

namespace fedmeta::learn {
namespace {

/// The state of a group's training in progress.
class Course {
 public:
  Course(const Engine& engine, const at::Tensor& theta, std::size_t clients, const Optimizer& optimizer,
         ClientStates& states)
      : engine_(engine),
        optimizer_(optimizer),
        states_(states),
        thetas_(engine.working_copy(theta.expand({static_cast<std::int64_t>(clients), theta.size(-1)}))),
        losses_(at::zeros({static_cast<std::int64_t>(clients)}, theta.options())),
        rows_(clients, 0),
        taken_(clients, 0) {
    states_.resize(clients);
  }

  void go_on(const Steps& steps, const at::Tensor& sum_of_gradients = {}, const AfterStep& after = {}) {
    for (const auto& batches : steps) {
      const auto g = engine_.loss(thetas_, batches)->passing_gradients();
      take(batches, g);
      if (sum_of_gradients.defined()) sum_of_gradients.add_(g.values.formed());
      if (after) tell(batches, after);
    }
  }
  LocalResult result() const { return {thetas_.clone(), losses()}; }
  at::Tensor difference(const at::Tensor& theta) const { return theta - thetas_; }
  at::Tensor losses() const {
    auto rows = rows_;
    for (auto& count : rows) count = std::max<std::int64_t>(count, 1);
    return losses_ / counts(rows);
  }

 private:
  void take(const Batches& batches, const PassingGradients& g) {
    std::vector<at::Tensor> thetas;
    std::vector<StepDirection> directions;
    std::vector<OptimizerState*> states;
    std::vector<std::int64_t> rows;
    for (std::size_t i = 0; i < batches.size(); ++i) {
      rows.push_back(batches[i].rows());
      if (rows[i] == 0) continue;
      rows_[i] += rows[i];
      thetas.push_back(thetas_[i]);
      directions.emplace_back(g.values.values[static_cast<std::int64_t>(i)], g.values.block(i));
      states.push_back(&states_[i]);
    }
    losses_.addcmul_(g.losses, counts(rows));
    if (!thetas.empty()) optimizer_.step(thetas, directions, states);
  }
  /// Clients with smaller sets begin their epochs sooner, so that each counts its own steps.
  void tell(const Batches& batches, const AfterStep& after) {
    for (std::size_t i = 0; i < batches.size(); ++i)
      if (batches[i].rows() > 0) after(i, ++taken_[i], thetas_[static_cast<std::int64_t>(i)]);
  }
  /// One for each client, beside the losses.
  at::Tensor counts(const std::vector<std::int64_t>& rows) const {
    return device::sent_to(losses_.device(), at::tensor(rows, losses_.dtype()));
  }

  const Engine& engine_;
  const Optimizer& optimizer_;
  ClientStates& states_;
  const at::Tensor thetas_, losses_;
  std::vector<std::int64_t> rows_, taken_;  ///< of each client; steps are counted where they are told
};

}  // namespace

LocalResult train_locally(const Engine& engine, const at::Tensor& theta, const Steps& steps,
                          const Optimizer& optimizer, ClientStates& states) {
  Course course(engine, theta, steps.empty() ? 0 : steps.front().size(), optimizer, states);
  course.go_on(steps);
  return course.result();
}

LocalResult train_locally(const Engine& engine, const at::Tensor& theta, const Batches& sets,
                          const Passes& passes, const Optimizer& optimizer, std::vector<Random> orders,
                          const AfterStep& after) {
  ClientStates states;
  Course course(engine, theta, sets.size(), optimizer, states);
  std::vector<std::int64_t> left;
  for (const auto& set : sets) left.push_back(steps_of(passes, set.rows()));
  while (std::any_of(left.begin(), left.end(), [](auto steps) { return steps > 0; })) {
    Steps epoch;
    for (std::size_t i = 0; i < sets.size(); ++i) {
      const auto now = std::min(left[i], steps_of({1, passes.batch, 0}, sets[i].rows()));
      if (now <= 0) continue;
      put_steps(epoch, i, sets.size(),
                minibatches(sets[i], {1, passes.batch, now}, &orders[i], engine.has_dropout()));
      left[i] -= now;
    }
    course.go_on(epoch, {}, after);
  }
  return course.result();
}

Updates fedavg(const Engine& engine, const at::Tensor& theta, const Steps& steps, const Optimizer& optimizer,
               ClientStates& states, Direction direction) {
  Course course(engine, theta, steps.front().size(), optimizer, states);
  at::Tensor sum;
  if (direction == Direction::gradients)
    sum = at::zeros({std::ssize(steps.front()), theta.size(-1)}, theta.options());
  course.go_on(steps, sum);
  return {sum.defined() ? sum : course.difference(theta), course.losses()};
}

}  // namespace fedmeta::learn
