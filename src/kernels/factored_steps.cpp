#include "kernels/factored_steps.hpp"

#include <ATen/Dispatch.h>

#include <cmath>

#include "kernels/vector_code.hpp"

namespace fedmeta::kernels {
namespace {

/// The numbers of Adam's rule at one step, rounded as ATen's operator rounds them.
template <class T>
struct AdamStep {
  T new1, keep2, new2, rate, root_correction, eps, decay;

  AdamStep(const AdamRule& rule, double step)
      : new1(static_cast<T>(1 - rule.beta1)),
        keep2(static_cast<T>(rule.beta2)),
        new2(static_cast<T>(1 - rule.beta2)),
        rate(static_cast<T>(rule.rate / (1 - std::pow(rule.beta1, step)))),
        root_correction(static_cast<T>(std::sqrt(1 - std::pow(rule.beta2, step)))),
        eps(static_cast<T>(rule.eps)),
        decay(static_cast<T>(rule.weight_decay)) {}
};

template <bool first, class T>
FEDMETA_INLINE inline void take_steps(const AdamStep<T>& rule, const T* __restrict g, std::int64_t n,
                                      T* __restrict theta, T* __restrict mean, T* __restrict square) {
  FEDMETA_INDEPENDENT
  for (std::int64_t i = 0; i < n; ++i) {
    const T d = g[i] + rule.decay * theta[i];
    const T before = first ? T(0) : mean[i], before2 = first ? T(0) : square[i];
    const T m = before + rule.new1 * (d - before), s = rule.keep2 * before2 + rule.new2 * d * d;
    mean[i] = m;
    square[i] = s;
    theta[i] -= rule.rate * m / (std::sqrt(s) / rule.root_correction + rule.eps);
  }
}

template <bool first, class T>
void adam_step(const AdamBlock& block, const Factors& g, const AdamStep<T>& rule) {
  auto* const theta = block.theta.data_ptr<T>();
  auto *const mean = block.mean.data_ptr<T>(), *const square = block.square.data_ptr<T>();
  for_each_strip<T>(
      std::array{g}, [=](const std::array<const T*, 1>& strips, std::int64_t begin, std::int64_t end) {
        const T* const strip = strips[0];
        vector_loop(0, 1, [=](std::int64_t) FEDMETA_INLINE {
          take_steps<first>(rule, strip, end - begin, theta + begin, mean + begin, square + begin);
        });
      });
}

}  // namespace

void adam_step(const AdamBlock& block, const Factors& g, const AdamRule& rule, const at::Tensor& steps) {
  const double step = *steps.const_data_ptr<float>();
  AT_DISPATCH_FLOATING_TYPES(block.theta.scalar_type(), "adam_step", [&] {
    const AdamStep<scalar_t> numbers(rule, step);
    if (step == 1)
      adam_step<true>(block, g, numbers);
    else
      adam_step<false>(block, g, numbers);
  });
}

void rate_step(const at::Tensor& out, const at::Tensor& theta, const at::Tensor& alpha, const Factors& g) {
  AT_DISPATCH_FLOATING_TYPES(out.scalar_type(), "rate_step", [&] {
    auto* const to = out.data_ptr<scalar_t>();
    const auto *const from = theta.const_data_ptr<scalar_t>(), *const rate = alpha.const_data_ptr<scalar_t>();
    for_each_strip<scalar_t>(std::array{g}, [=](const std::array<const scalar_t*, 1>& strips,
                                                std::int64_t begin, std::int64_t end) {
      const scalar_t* const strip = strips[0];
      vector_loop(0, 1, [=](std::int64_t) FEDMETA_INLINE {
        FEDMETA_INDEPENDENT
        for (auto i = begin; i < end; ++i) to[i] = from[i] - rate[i] * strip[i - begin];
      });
    });
  });
}

void rate_sweep(const RateSweepBlock& block, const Factors& g, const Factors& h) {
  AT_DISPATCH_FLOATING_TYPES(block.v.scalar_type(), "rate_sweep", [&] {
    auto *const v = block.v.data_ptr<scalar_t>(), *const a = block.a.data_ptr<scalar_t>();
    for_each_strip<scalar_t>(std::array{g, h}, [=](const std::array<const scalar_t*, 2>& strips,
                                                   std::int64_t begin, std::int64_t end) {
      const scalar_t *const of_g = strips[0], *const of_h = strips[1];
      vector_loop(0, 1, [=](std::int64_t) FEDMETA_INLINE {
        FEDMETA_INDEPENDENT
        for (auto i = begin; i < end; ++i) {
          a[i] -= of_g[i - begin] * v[i];
          v[i] -= of_h[i - begin];
        }
      });
    });
  });
}

}  // namespace fedmeta::kernels
