// The products of networks by themselves: no autograd, results where the caller wants them, FLOPs counted.
// Engines with hand-derived passes are made of these.
#pragma once

#include <ATen/core/Tensor.h>

namespace fedmeta::model {

/// a [n, k], b [k, m] -> a b [n, m].
at::Tensor product(const at::Tensor& a, const at::Tensor& b);
/// The same into `out`, a contiguous view of the caller's; nothing else is allocated.
void product_into(at::Tensor out, const at::Tensor& a, const at::Tensor& b);
/// out += a b
void add_product(at::Tensor out, const at::Tensor& a, const at::Tensor& b);

// Stride 1, zero padding that keeps height and width; images [n, c, h, w] in channels-last memory.

/// x [n, ci, h, w], w [co, ci, k, k] -> [n, co, h, w].
at::Tensor convolution(const at::Tensor& x, const at::Tensor& w);
/// g [n, co, h, w] -> [n, ci, h, w].
at::Tensor convolution_data_gradient(const at::Tensor& g, const at::Tensor& w);
/// x [n, ci, h, w], g [n, co, h, w] -> [co, ci, k, k].
at::Tensor convolution_weight_gradient(const at::Tensor& x, const at::Tensor& g, std::int64_t kernel);

}  // namespace fedmeta::model
