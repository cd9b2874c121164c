// A convolution that keeps the size, ReLU and 2 x 2 max-pooling, for all clients of a group: forward,
// backward, and both along a direction.
//
// Each pixel's window becomes a row of columns (im2col), and the convolution one product for each client,
// which a GPU computes in exact fp32 at its full rate. Rows are in the order of the pool's windows, so that
// pooling is a maximum over four neighbouring rows. Columns are made again when they are needed: they are
// 25 times as long as the image.
#pragma once

#include <ATen/core/Tensor.h>

#include "engine/batched/group_parameters.hpp"
#include "kernels/group_pooling.hpp"

namespace fedmeta::engine::batched {

/// Kernels [G, co, ci, k, k], k odd, and a bias [G, co]; or a direction in them.
struct Kernels {
  at::Tensor weight, bias;
};

/// Images are [G, n, h, w, channels], h and w even.
class PooledConvolution {
 public:
  PooledConvolution(Kernels kernels, at::Tensor x);

  /// [G, n, h/2, w/2, co]
  const at::Tensor& output() const { return pooled_.value; }
  /// Its derivative along u and Rx, which may be undefined: zero.
  at::Tensor output_along(const Kernels& u, const at::Tensor& rx) const;

  // From the output's gradient dy, and its derivative Rdy.

  at::Tensor input_gradient(const at::Tensor& dy) const;
  at::Tensor input_gradient_along(const at::Tensor& dy, const at::Tensor& rdy, const Kernels& u) const;
  /// To the block of the kernels, and of the bias behind it.
  void add_gradient(const at::Tensor& dy, std::size_t block, Sums& g) const;
  void add_gradient_along(const at::Tensor& dy, const at::Tensor& rdy, const at::Tensor& rx,
                          std::size_t block, Sums& h) const;

 private:
  at::Tensor columns(const at::Tensor& image) const;
  at::Tensor columns_before_pool(const at::Tensor& dy) const;
  void add_kernels(const at::Tensor& dz, const at::Tensor& image, std::size_t block, Sums& g) const;

  Kernels kernels_;
  at::Tensor x_;
  const kernels::GroupPooling& rows_;
  kernels::PooledGroup pooled_;
};

}  // namespace fedmeta::engine::batched
