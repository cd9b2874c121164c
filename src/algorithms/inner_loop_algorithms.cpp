// FOMAML, MAML and Meta-SGD: gradient steps on the support set, a direction from the query set.
#include <ATen/ATen.h>

#include "algorithms/algorithm_families.hpp"
#include "cost/formulas.hpp"
#include "engine/unrolled.hpp"

namespace fedmeta::algorithms {
namespace {

using learn::ClientStates;
using learn::Engine;
using learn::Group;
using learn::Task;
using learn::Updates;

class InnerLoopAlgorithm : public Algorithm {
 public:
  InnerLoopAlgorithm(const Protocol& protocol, bool first_order)
      : Algorithm(protocol), first_order_(first_order) {}

  at::Tensor rederive(const Reference& reference, const at::Tensor& phi, const learn::Task& task,
                      const Random& order) const override {
    return first_order_ ? Algorithm::rederive(reference, phi, task, order) : unrolled(reference, phi, task);
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t support) const override {
    const auto inner = learn::rows_processed(support, protocol().inner), query = samples - support;
    return first_order_ ? cost::fomaml_flops(f, inner, query) : cost::maml_flops(f, inner, query);
  }
  at::Tensor adapt(const Engine& engine, const at::Tensor& phi, const Group& group) const override {
    const auto steps = learn::minibatches(group.support(), at_test(protocol(), protocol().inner));
    return learn::adapt(engine, theta(phi), rate(phi), steps);
  }
  std::unique_ptr<learn::Optimizer> server_optimizer() const override {
    const auto& p = protocol();
    return learn::make_optimizer(word(p.outer_optimizer), p.outer_lr, p.outer_weight_decay);
  }

 protected:
  virtual learn::InnerRate rate(const at::Tensor& phi) const = 0;
  /// The direction with all Hessians, by plain autograd.
  virtual at::Tensor unrolled(const Reference& reference, const at::Tensor& phi,
                              const learn::Task& task) const = 0;

  bool first_order() const { return first_order_; }
  // In the order of the division: a random one, unless the user wants otherwise (docs/protocols.md A4).
  // Without a Random the batches have no dropout keys: in inner loops dropout is off.
  template <class Sets>
  auto steps(const Sets& support) const {
    return learn::minibatches(support, protocol().inner);
  }

 private:
  bool first_order_;
};

/// First order: FOMAML.
class Maml final : public InnerLoopAlgorithm {
 public:
  using InnerLoopAlgorithm::InnerLoopAlgorithm;

  Updates client_updates(const Engine& engine, const at::Tensor& phi, const Group& group,
                         ClientStates&) const override {
    const auto updates = first_order() ? learn::fomaml : learn::maml;
    return updates(engine, phi, protocol().inner_lr, steps(group.support()), group.query());
  }

 private:
  learn::InnerRate rate(const at::Tensor&) const override { return learn::InnerRate(protocol().inner_lr); }
  at::Tensor unrolled(const Reference& reference, const at::Tensor& phi,
                      const learn::Task& task) const override {
    const auto alpha = at::full({}, protocol().inner_lr, phi.options());
    return engine::unrolled_meta_gradient(reference.network, phi, alpha, steps(task.support()), task.query(),
                                          false, reference.products)
        .value;
  }
};

/// alpha starts at the inner rate in every coordinate; the server's rate is the same for theta and alpha.
class MetaSgd final : public InnerLoopAlgorithm {
 public:
  using InnerLoopAlgorithm::InnerLoopAlgorithm;

  at::Tensor initial(const at::Tensor& theta) const override {
    return at::cat({theta, at::full_like(theta, protocol().inner_lr)});
  }
  at::Tensor theta(const at::Tensor& phi) const override { return phi.slice(-1, 0, phi.size(-1) / 2); }
  std::int64_t sent_parameters(std::int64_t p) const override { return 2 * p; }

  Updates client_updates(const Engine& engine, const at::Tensor& phi, const Group& group,
                         ClientStates&) const override {
    const auto exact = first_order() ? learn::first_order_meta_sgd : learn::meta_sgd;
    const auto updates = exact(engine, theta(phi), alpha(phi), steps(group.support()), group.query());
    return {as_asked(updates.directions), updates.losses};
  }
  void constrain(at::Tensor& phi) const override {
    if (protocol().alpha_clamp) alpha(phi).clamp_min_(0);
  }

 private:
  static at::Tensor alpha(const at::Tensor& phi) { return phi.slice(-1, phi.size(-1) / 2); }

  learn::InnerRate rate(const at::Tensor& phi) const override { return learn::InnerRate(alpha(phi)); }
  at::Tensor unrolled(const Reference& reference, const at::Tensor& phi,
                      const learn::Task& task) const override {
    return as_asked(engine::unrolled_meta_gradient(reference.network, theta(phi), alpha(phi),
                                                   steps(task.support()), task.query(), true,
                                                   reference.products)
                        .value);
  }
  // Flower's baseline descends along theta's gradient in alpha, too (docs/protocols.md A6).
  at::Tensor as_asked(const at::Tensor& exact) const {
    if (protocol().alpha_gradient == AlphaGradient::flower) alpha(exact).copy_(theta(exact));
    return exact;
  }
};

}  // namespace

std::unique_ptr<Algorithm> make_fomaml(const Protocol& protocol) {
  return std::make_unique<Maml>(protocol, true);
}
std::unique_ptr<Algorithm> make_maml(const Protocol& protocol) {
  return std::make_unique<Maml>(protocol, protocol.first_order);
}
std::unique_ptr<Algorithm> make_meta_sgd(const Protocol& protocol) {
  return std::make_unique<MetaSgd>(protocol, protocol.first_order);
}

}  // namespace fedmeta::algorithms
