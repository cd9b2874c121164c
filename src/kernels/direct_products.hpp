// The products of networks by themselves: no autograd, results where the caller wants them, FLOPs counted.
// Engines with hand-derived passes are made of these.
#pragma once

#include <ATen/core/Tensor.h>

namespace fedmeta::kernels {

/// a [n, k], b [k, m] -> a b [n, m].
at::Tensor product(const at::Tensor& a, const at::Tensor& b);
/// The same into `out`, a contiguous view of the caller's; nothing else is allocated.
void product_into(at::Tensor out, const at::Tensor& a, const at::Tensor& b);
/// out += a b
void add_product(const at::Tensor& out, const at::Tensor& a, const at::Tensor& b);

/// a [b, n, k], b [b, k, m] -> one product for each of the first index, [b, n, m].
at::Tensor batch_product(const at::Tensor& a, const at::Tensor& b);
/// The same into `out`, whose matrices are contiguous each.
void batch_product_into(at::Tensor out, const at::Tensor& a, const at::Tensor& b);
/// out += a b, likewise.
void add_batch_product(const at::Tensor& out, const at::Tensor& a, const at::Tensor& b);

/// Of a convolution: zeros around the image that keep height and width (odd kernels), or none, so that they
/// shrink by the kernel's size less one.
enum class Padding { same, valid };

// Stride 1; the sides h', w' of what comes out as `padding` says. Images in channels-last memory are fastest.

/// x [n, ci, h, w], w [co, ci, k, k] -> [n, co, h', w'].
at::Tensor convolution(const at::Tensor& x, const at::Tensor& w, Padding padding = Padding::same);
/// g [n, co, h', w'] -> [n, ci, h, w].
at::Tensor convolution_data_gradient(const at::Tensor& g, const at::Tensor& w,
                                     Padding padding = Padding::same);
/// x [n, ci, h, w], g [n, co, h', w'] -> [co, ci, k, k].
at::Tensor convolution_weight_gradient(const at::Tensor& x, const at::Tensor& g, std::int64_t kernel,
                                       Padding padding = Padding::same);

}  // namespace fedmeta::kernels
