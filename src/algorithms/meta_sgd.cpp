// Meta-SGD (Li et al. 2017): MAML that learns a rate for each parameter. phi is (theta, alpha).
#include <ATen/ATen.h>

#include "algorithms/inner_loop_algorithm.hpp"
#include "algorithms/method.hpp"
#include "engine/unrolled.hpp"

namespace fedmeta::algorithms {

/// What a client sends for alpha: exact, or theta's direction in its place, as Flower's baseline does
/// (docs/protocols.md A6).
enum class AlphaGradient { exact, flower };

}  // namespace fedmeta::algorithms

template <>
inline constexpr std::array<const char*, 2> fedmeta::options::words<fedmeta::algorithms::AlphaGradient>{
    "exact", "flower"};

namespace fedmeta::algorithms {
namespace {

struct MetaSgdOptions : InnerLoopOptions {
  bool first_order = false;
  AlphaGradient alpha_gradient = AlphaGradient::exact;
  bool alpha_clamp = false;

  OptionTable rows() {
    auto table = InnerLoopOptions::rows();
    auto& group = table[1];
    group.row("first-order", first_order, {}, "maml, meta-sgd: without Hessians");
    group.row("alpha-gradient", alpha_gradient, "meta-sgd: exact, or theta's in its place as in Flower's");
    group.row("alpha-clamp", alpha_clamp, {}, "meta-sgd: no alpha below 0");
    return table;
  }
};

/// alpha starts at the inner rate in every coordinate; the server's rate is the same for theta and alpha.
class MetaSgd final : public InnerLoopAlgorithm {
 public:
  explicit MetaSgd(const MetaSgdOptions& options)
      : InnerLoopAlgorithm(options, options.first_order),
        alpha_gradient_(options.alpha_gradient),
        alpha_clamp_(options.alpha_clamp) {}

  at::Tensor initial(const at::Tensor& theta) const override {
    return at::cat({theta, at::full_like(theta, inner_lr())});
  }
  at::Tensor theta(const at::Tensor& phi) const override { return phi.slice(-1, 0, phi.size(-1) / 2); }
  std::int64_t sent_parameters(std::int64_t p) const override { return 2 * p; }

  learn::Updates client_updates(const learn::Engine& engine, const at::Tensor& phi, const learn::Group& group,
                                learn::ClientStates&) const override {
    const auto updates = first_order() ? learn::first_order_meta_sgd : learn::meta_sgd;
    const auto exact = updates(engine, theta(phi), alpha(phi), steps(group.support()), group.query());
    return {as_asked(exact.directions), exact.losses};
  }
  void constrain(at::Tensor& phi) const override {
    if (alpha_clamp_) alpha(phi).clamp_min_(0);
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
  at::Tensor as_asked(const at::Tensor& exact) const {
    if (alpha_gradient_ == AlphaGradient::flower) alpha(exact).copy_(theta(exact));
    return exact;
  }

  AlphaGradient alpha_gradient_;
  bool alpha_clamp_;
};

}  // namespace

std::unique_ptr<MethodOptions> make_meta_sgd() {
  return std::make_unique<MethodWithRounds<MetaSgdOptions, MetaSgd>>();
}

}  // namespace fedmeta::algorithms
