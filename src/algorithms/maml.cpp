// MAML (Finn et al. 2017), exact, and FOMAML, which leaves the second derivatives out.
#include <ATen/ATen.h>

#include "algorithms/inner_loop_algorithm.hpp"
#include "algorithms/method.hpp"
#include "engine/unrolled.hpp"

namespace fedmeta::algorithms {
namespace {

class Maml : public InnerLoopAlgorithm {
 public:
  using InnerLoopAlgorithm::InnerLoopAlgorithm;

  learn::Updates client_updates(const learn::Engine& engine, const at::Tensor& phi, const learn::Group& group,
                                learn::ClientStates&) const override {
    const auto updates = first_order() ? learn::fomaml : learn::maml;
    return updates(engine, phi, inner_lr(), steps(group.support()), group.query());
  }

 private:
  learn::InnerRate rate(const at::Tensor&) const override { return learn::InnerRate(inner_lr()); }
  at::Tensor unrolled(const Reference& reference, const at::Tensor& phi,
                      const learn::Task& task) const override {
    const auto alpha = at::full({}, inner_lr(), phi.options());
    return engine::unrolled_meta_gradient(reference.network, phi, alpha, steps(task.support()), task.query(),
                                          false, reference.products)
        .value;
  }
};

struct MamlOptions : InnerLoopOptions {
  bool first_order = false;

  OptionTable rows() {
    auto table = InnerLoopOptions::rows();
    table[1].row("first-order", first_order, {}, "maml, meta-sgd: without Hessians");
    return table;
  }
};

class Exact final : public Maml {
 public:
  explicit Exact(const MamlOptions& options) : Maml(options, options.first_order) {}
};

class FirstOrder final : public Maml {
 public:
  explicit FirstOrder(const InnerLoopOptions& options) : Maml(options, true) {}
};

}  // namespace

std::unique_ptr<MethodOptions> make_fomaml() {
  return std::make_unique<MethodWithRounds<InnerLoopOptions, FirstOrder>>();
}

std::unique_ptr<MethodOptions> make_maml() {
  return std::make_unique<MethodWithRounds<MamlOptions, Exact>>();
}

}  // namespace fedmeta::algorithms
