// Steps along gradients that are given by their factors (kernels/factor_strips.hpp): what happens to one
// block [o, i] of flat vectors, each read and written once. All tensors are contiguous, float or double, on
// the CPU.
#pragma once

#include "kernels/factor_strips.hpp"
#include "kernels/group_adam.hpp"

namespace fedmeta::kernels {

/// A block of parameters and of their Adam's moments.
struct AdamBlock {
  at::Tensor theta, mean, square;
};

/// Takes a step of Adam in place; `steps`, a float32 scalar, counts those taken, this one among them. The
/// first one writes the moments without reading them.
void adam_step(const AdamBlock& block, const Factors& g, const AdamRule& rule, const at::Tensor& steps);

/// Writes theta - alpha o g into `out`.
void rate_step(const at::Tensor& out, const at::Tensor& theta, const at::Tensor& alpha, const Factors& g);

/// A block of what Meta-SGD's backward pass carries: v and a, the directions for theta and alpha.
struct RateSweepBlock {
  at::Tensor v, a;
};

/// Takes one step back: a -= g o v, then v -= h, where h is the Hessian times alpha o v.
void rate_sweep(const RateSweepBlock& block, const Factors& g, const Factors& h);

}  // namespace fedmeta::kernels
