#include "learn/local_training.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace fedmeta::learn {

namespace {

/// Training under way.
class Course {
 public:
  Course(const Engine& engine, const at::Tensor& theta, Optimizer& optimizer)
      : engine_(engine),
        optimizer_(optimizer),
        theta_(theta.clone()),
        loss_(at::zeros({}, theta.options())) {}

  void go_on(const std::vector<Batch>& batches) {
    for (const auto& batch : batches) {
      const auto g = engine_.gradient(theta_, batch);
      optimizer_.step(theta_, g.value);
      loss_.add_(g.loss, static_cast<double>(batch.rows()));
      rows_ += batch.rows();
    }
  }
  LocalResult result() const {
    return {theta_, loss_ / static_cast<double>(std::max<std::int64_t>(rows_, 1))};
  }

 private:
  const Engine& engine_;
  Optimizer& optimizer_;
  at::Tensor theta_, loss_;
  std::int64_t rows_ = 0;
};

/// Adds up the gradients on their way to the optimiser.
class Summing final : public Optimizer {
 public:
  Summing(Optimizer& optimizer, const at::Tensor& theta)
      : optimizer_(optimizer), sum_(at::zeros_like(theta)) {}

  void step(at::Tensor& theta, const at::Tensor& direction) override {
    sum_.add_(direction);
    optimizer_.step(theta, direction);
  }
  const at::Tensor& sum() const { return sum_; }

 private:
  Optimizer& optimizer_;
  at::Tensor sum_;
};

}  // namespace

LocalResult train_locally(const Engine& engine, const at::Tensor& theta, const std::vector<Batch>& batches,
                          Optimizer& optimizer) {
  Course course(engine, theta, optimizer);
  course.go_on(batches);
  return course.result();
}

LocalResult train_locally(const Engine& engine, const at::Tensor& theta, const Batch& set,
                          const Passes& passes, Optimizer& optimizer, Random& order) {
  Course course(engine, theta, optimizer);
  const auto per_epoch = steps_of({1, passes.batch, 0}, set.rows());
  for (auto left = steps_of(passes, set.rows()); left > 0; left -= per_epoch)
    course.go_on(
        minibatches(set, {1, passes.batch, std::min(left, per_epoch)}, &order, engine.has_dropout()));
  return course.result();
}

Contribution fedavg(const Engine& engine, const at::Tensor& theta, const std::vector<Batch>& batches,
                    Optimizer& optimizer, Direction direction) {
  if (direction == Direction::gradients) {
    Summing summing(optimizer, theta);
    const auto local = train_locally(engine, theta, batches, summing);
    return {summing.sum(), local.loss};
  }
  const auto local = train_locally(engine, theta, batches, optimizer);
  return {theta - local.theta, local.loss};
}

}  // namespace fedmeta::learn
