// Forward and backward passes, and both differentiated along a direction (the R-operator; Pearlmutter 1994).
// Names: p1 and p2 are the outputs of the two pooled convolutions, f is p2 flattened, z1 and a1 are the
// hidden layer before and after its ReLU; d... is the loss's gradient with respect to ..., R... the
// derivative along v.
#include "engine/cnn_pass.hpp"

#include <ATen/ATen.h>

#include "cost/work_done.hpp"
#include "kernels/direct_products.hpp"

namespace fedmeta::engine {
namespace {

using kernels::add_product;
using kernels::product;
using kernels::product_into;

/// Flattens [n, h, w, c] to [n, c h w], in the order channel, y, x.
at::Tensor flattened(const at::Tensor& image) {
  return image.permute({0, 3, 1, 2}).reshape({image.size(0), -1});
}

/// Reverses flattened(): gives `f` the shape of `image`.
at::Tensor unflattened(const at::Tensor& f, const at::Tensor& image) {
  return f.view({image.size(0), image.size(3), image.size(1), image.size(2)})
      .permute({0, 2, 3, 1})
      .contiguous();
}

at::Tensor rows(const at::Tensor& a, const at::Tensor& b) {
  return at::cat({a, b});
}

/// Rounds here what is multiplied elsewhere.
kernels::Factors rounded(const kernels::Factor& left, const kernels::Factor& right) {
  return {left.value(), right.value()};
}

}  // namespace

CnnForward::CnnForward(const model::ImageCnn& network, CnnPoint point, const at::Tensor& x)
    : w_(std::move(point)),
      first_(x, network.sizes().image, w_.blocks[conv1], w_.blocks[conv1_bias]),
      second_({w_.blocks[conv2], w_.blocks[conv2_bias]}, first_.output()),
      f_(flattened(second_.output())),
      a1_(w_.wide.forward(f_).add_(w_.blocks[fc1_bias]).relu_()),
      scores_(product(a1_, w_.blocks[fc2].t()).add_(w_.blocks[fc2_bias])) {}

CnnBackward::CnnBackward(CnnForward forward, const at::Tensor& labels)
    : forward_(std::move(forward)),
      loss_(forward_.scores_, labels, labels.size(0)),
      active_(forward_.a1_.gt(0)),
      dz1_(product(loss_.gradient(), forward_.w_.blocks[fc2]).mul_(active_)),
      second_(forward_.second_, unflattened(forward_.w_.wide.backward(dz1_), forward_.second_.output())) {}

void CnnBackward::write_gradient(model::Weights& g) const {
  const auto& d2 = loss_.gradient();
  product_into(g[fc2], d2.t(), forward_.a1_);
  at::sum_out(g[fc2_bias], d2, 0);
  at::sum_out(g[fc1_bias], dz1_, 0);
  second_.write_gradient({g[conv2], g[conv2_bias]});
  forward_.first_.write_gradient(second_.input_gradient(), {g[conv1], g[conv1_bias]});
}

kernels::Factors CnnBackward::wide_gradient() const {
  return rounded(dz1_, forward_.f_);
}

kernels::Factors CnnBackward::write_hessian_product(const CnnPoint& v, model::Weights& h) const {
  const auto &f = forward_.f_, &a1 = forward_.a1_, &d2 = loss_.gradient();
  cost::count_work({.hessian_rows = f.size(0)});
  const auto &w = forward_.w_.blocks, &u = v.blocks;
  const auto& wide = forward_.w_.wide;
  const kernels::WinogradWeights u2(u[conv2], u[conv2_bias]);
  const auto rp1 = forward_.first_.output_along(u[conv1], u[conv1_bias]);
  const auto rf = flattened(forward_.second_.output_along(rp1, u2));
  const auto ra1 = wide.forward(rf).add_(v.wide.forward(f)).add_(u[fc1_bias]).mul_(active_);
  auto rz2 = product(ra1, w[fc2].t()).add_(u[fc2_bias]);
  add_product(rz2, a1, u[fc2].t());

  const auto rd2 = loss_.gradient_along(rz2);
  product_into(h[fc2], rows(rd2, d2).t(), rows(a1, ra1));
  at::sum_out(h[fc2_bias], rd2, 0);
  auto rdz1 = product(rd2, w[fc2]);
  add_product(rdz1, d2, u[fc2]);
  rdz1.mul_(active_);
  at::sum_out(h[fc1_bias], rdz1, 0);
  const auto rdf = wide.backward(rdz1).add_(v.wide.backward(dz1_));
  const auto rdp1 = second_.write_gradient_along(rp1, u2, unflattened(rdf, forward_.second_.output()),
                                                 {h[conv2], h[conv2_bias]});
  forward_.first_.write_gradient(rdp1, {h[conv1], h[conv1_bias]});
  return rounded(rows(rdz1, dz1_), rows(f, rf));
}

}  // namespace fedmeta::engine
