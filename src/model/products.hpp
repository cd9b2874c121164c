// The matrix products and convolutions that networks are made of.
//
// There are two implementations of one interface. Training uses `counted`, which calls every product and
// counts its FLOPs itself. Being bilinear, the products are each other's derivatives, so gradients of any
// order use the same few calls. `plain` uses ATen's own operators and derivatives: the independent path with
// which validity checks and tests compare.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/direct_products.hpp"
#include "model/precision.hpp"

namespace fedmeta::model {

class Products {
 public:
  virtual ~Products() = default;

  /// Returns x weight' + bias [n, o] for x [n, i], weight [o, i], bias [o] or [n, o].
  virtual at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) const = 0;

  /// Returns [n, co, h, w] for x [n, ci, h, w], weight [co, ci, k, k], bias [co]. Stride 1; `padding`
  /// determines the sides of the result.
  virtual at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                                 kernels::Padding padding) const = 0;
};

const Products& counted_products(Precision precision = Precision::fp32);
/// In bf16 these round only the factors of the forward pass: ATen's derivatives ignore the rounding.
const Products& plain_products(Precision precision = Precision::fp32);

}  // namespace fedmeta::model
