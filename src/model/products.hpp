// The matrix products and convolutions that networks are made of.
//
// Two implementations of one interface. `counted` is what training uses: every product is called, and its
// FLOPs are counted, here; being bilinear, the products are each other's derivatives, so gradients of any
// order pass through the same few calls. `plain` is ATen's own operators with ATen's own derivatives: the
// independent path that validity checks and tests compare with.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/direct_products.hpp"
#include "model/precision.hpp"

namespace fedmeta::model {

class Products {
 public:
  virtual ~Products() = default;

  /// x [n, i], weight [o, i], bias [o] or [n, o] -> x weight' + bias [n, o].
  virtual at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) const = 0;

  /// Stride 1. x [n, ci, h, w], weight [co, ci, k, k], bias [co] -> [n, co, h, w], the sides as `padding`
  /// says.
  virtual at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                                 kernels::Padding padding) const = 0;
};

const Products& counted_products(Precision precision = Precision::fp32);
/// In bf16 these round the factors of the forward pass only: ATen's derivatives go through the rounding as if
/// it were not there.
const Products& plain_products(Precision precision = Precision::fp32);

}  // namespace fedmeta::model
