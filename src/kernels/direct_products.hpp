// The networks' products without autograd, with results where the caller wants them and FLOPs counted.
// Engines with hand-derived passes use them.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/factor.hpp"

namespace fedmeta::kernels {

/// Returns a b [n, m] for a [n, k], b [k, m].
at::Tensor product(const Factor& a, const Factor& b);
/// Writes a b into `out`, a contiguous view that the caller provides; allocates nothing else.
void product_into(at::Tensor out, const Factor& a, const Factor& b);
/// Adds a b to `out`.
void add_product(const at::Tensor& out, const Factor& a, const Factor& b);

// The factors of those below are taken as they are: callers round them, or what they are made of.

/// Returns one product for each index of the first axis, [b, n, m], for a [b, n, k], b [b, k, m].
at::Tensor batch_product(const at::Tensor& a, const at::Tensor& b);
/// Writes them into `out`, whose matrices are each contiguous.
void batch_product_into(at::Tensor out, const at::Tensor& a, const at::Tensor& b);
/// Adds these products to `out`.
void add_batch_product(const at::Tensor& out, const at::Tensor& a, const at::Tensor& b);

/// A convolution's padding: zeros around the image that keep its height and width (odd kernels), or none,
/// which shrinks them by the kernel's size minus one.
enum class Padding { same, valid };

// Stride 1; `padding` determines the output's sides h', w'. Images in channels-last memory are fastest.

/// x [n, ci, h, w], w [co, ci, k, k] -> [n, co, h', w'].
at::Tensor convolution(const at::Tensor& x, const at::Tensor& w, Padding padding = Padding::same);
/// g [n, co, h', w'] -> [n, ci, h, w].
at::Tensor convolution_data_gradient(const at::Tensor& g, const at::Tensor& w,
                                     Padding padding = Padding::same);
/// x [n, ci, h, w], g [n, co, h', w'] -> [co, ci, k, k].
at::Tensor convolution_weight_gradient(const at::Tensor& x, const at::Tensor& g, std::int64_t kernel,
                                       Padding padding = Padding::same);

}  // namespace fedmeta::kernels
