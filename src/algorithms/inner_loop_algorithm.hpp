// What fomaml, maml and meta-sgd share: gradient steps on the support set, a direction from the query set.
#pragma once

#include "algorithms/algorithm.hpp"
#include "algorithms/option_groups.hpp"
#include "base/text.hpp"

namespace fedmeta::algorithms {

struct InnerLoopOptions {
  RoundOptions rounds;
  InnerLoop inner;
  OuterStep outer;
  std::int64_t test_steps = 0;

  OptionTable rows() {
    return {training_group(rounds), meta_group(inner, outer), production_group(rounds, test_steps)};
  }
  void check() const {}
  std::string describe() const {
    return "inner " + general(inner.lr) + ", " + passes_text(inner.passes) + "; server " + outer_text(outer);
  }
};

class InnerLoopAlgorithm : public Algorithm {
 public:
  InnerLoopAlgorithm(const InnerLoopOptions& options, bool first_order)
      : Algorithm(options.rounds),
        inner_(options.inner),
        outer_(options.outer),
        passes_at_test_(at_test(options.test_steps, options.inner.passes)),
        first_order_(first_order) {}

  at::Tensor rederive(const Reference& reference, const at::Tensor& phi, const learn::Task& task,
                      const Random& order) const override;
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t support) const override;
  std::int64_t kept_steps(std::int64_t support) const override {
    return learn::steps_of(inner_.passes, support);
  }
  at::Tensor adapt(const learn::Engine& engine, const at::Tensor& phi,
                   const learn::Group& group) const override;
  std::unique_ptr<learn::Optimizer> server_optimizer() const override { return outer_.make_optimizer(); }

 protected:
  virtual learn::InnerRate rate(const at::Tensor& phi) const = 0;
  /// The direction with all Hessians, by plain autograd.
  virtual at::Tensor unrolled(const Reference& reference, const at::Tensor& phi,
                              const learn::Task& task) const = 0;

  double inner_lr() const { return inner_.lr; }
  bool first_order() const { return first_order_; }
  // In the order of the division: a random one, unless the user wants otherwise (docs/protocols.md A4).
  // Without a Random the batches have no dropout keys: in inner loops dropout is off.
  template <class Sets>
  auto steps(const Sets& support) const {
    return learn::minibatches(support, inner_.passes);
  }

 private:
  InnerLoop inner_;
  OuterStep outer_;
  learn::Passes passes_at_test_;
  bool first_order_;
};

}  // namespace fedmeta::algorithms
