#include "engine/batched/pooled_convolution.hpp"

#include <ATen/ATen.h>

#include "engine/batched/group_products.hpp"

namespace fedmeta::engine::batched {
namespace {

/// Kernels [G, co, ci, k, k] -> [G, k k ci, co], to multiply columns of x. Shared ones stay shared.
at::Tensor forward_matrix(const at::Tensor& kernels) {
  const auto own = is_shared(kernels) ? kernels.narrow(0, 0, 1) : kernels;
  return own.permute({0, 3, 4, 2, 1})
      .reshape({own.size(0), -1, own.size(1)})
      .expand({kernels.size(0), -1, -1});
}

/// The same turned by half a circle -> [G, k k co, ci], to multiply columns of dz.
at::Tensor backward_matrix(const at::Tensor& kernels) {
  const auto own = is_shared(kernels) ? kernels.narrow(0, 0, 1) : kernels;
  return own.flip({3, 4})
      .permute({0, 3, 4, 1, 2})
      .reshape({own.size(0), -1, own.size(2)})
      .expand({kernels.size(0), -1, -1});
}

}  // namespace

PooledConvolution::PooledConvolution(Kernels kernels, at::Tensor x)
    : kernels_(std::move(kernels)), x_(std::move(x)), rows_(kernels::group_pooling(x_)) {
  pooled_ = rows_.pool(product(columns(x_), forward_matrix(kernels_.weight)), kernels_.bias, x_);
}

at::Tensor PooledConvolution::columns(const at::Tensor& image) const {
  return rows_.columns(image, kernels_.weight.size(3));
}

at::Tensor PooledConvolution::columns_before_pool(const at::Tensor& dy) const {
  return rows_.columns_before_pool(dy, pooled_.source, kernels_.weight.size(3));
}

at::Tensor PooledConvolution::output_along(const Kernels& u, const at::Tensor& rx) const {
  auto rz = product(columns(x_), forward_matrix(u.weight)).add_(u.bias.unsqueeze(1));
  if (rx.defined()) add_product(rz, columns(rx), forward_matrix(kernels_.weight));
  return rows_.picked(rz, pooled_.source);
}

at::Tensor PooledConvolution::input_gradient(const at::Tensor& dy) const {
  return product(columns_before_pool(dy), backward_matrix(kernels_.weight)).view(x_.sizes());
}

at::Tensor PooledConvolution::input_gradient_along(const at::Tensor& dy, const at::Tensor& rdy,
                                                   const Kernels& u) const {
  auto rdx = input_gradient(rdy);
  add_product(rdx.view({rdx.size(0), -1, rdx.size(4)}), columns_before_pool(dy), backward_matrix(u.weight));
  return rdx;
}

void PooledConvolution::add_kernels(const at::Tensor& dz, const at::Tensor& image, std::size_t block,
                                    Sums& g) const {
  const auto& shape = kernels_.weight.sizes();
  const auto k = shape[3];
  g.add(block, product_over_rows(transposed(dz), columns(image))
                   .view({shape[0], shape[1], k, k, shape[2]})
                   .permute({0, 1, 4, 2, 3}));
}

void PooledConvolution::add_gradient(const at::Tensor& dy, std::size_t block, Sums& g) const {
  const auto dz = rows_.before_pool(dy, pooled_.source);
  add_kernels(dz, x_, block, g);
  g.add_rows(block + 1, dz);
}

void PooledConvolution::add_gradient_along(const at::Tensor& dy, const at::Tensor& rdy, const at::Tensor& rx,
                                           std::size_t block, Sums& h) const {
  add_gradient(rdy, block, h);
  if (rx.defined()) add_kernels(rows_.before_pool(dy, pooled_.source), rx, block, h);
}

}  // namespace fedmeta::engine::batched
