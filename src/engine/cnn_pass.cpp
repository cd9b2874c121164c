// Forward, backward, and both differentiated along a direction (the R-operator; Pearlmutter 1994). Names: p1
// and p2 are what the two pooled convolutions give, f is p2 flattened, z1 and a1 the hidden layer before and
// after its ReLU; d... is the loss's gradient with respect to ..., R... the derivative along v.
#include "engine/cnn_pass.hpp"

#include <ATen/ATen.h>

#include "cost/work_done.hpp"
#include "kernels/direct_products.hpp"

namespace fedmeta::engine {
namespace {

using kernels::add_product;
using kernels::product;
using kernels::product_into;

/// [n, h, w, c] -> [n, c h w] in the order channel, y, x.
at::Tensor flattened(const at::Tensor& image) {
  return image.permute({0, 3, 1, 2}).reshape({image.size(0), -1});
}

/// Back to the shape of `image`.
at::Tensor unflattened(const at::Tensor& f, const at::Tensor& image) {
  return f.view({image.size(0), image.size(3), image.size(1), image.size(2)})
      .permute({0, 2, 3, 1})
      .contiguous();
}

at::Tensor rows(const at::Tensor& a, const at::Tensor& b) {
  return at::cat({a, b});
}

}  // namespace

CnnPass::CnnPass(const model::ImageCnn& network, CnnPoint point, const at::Tensor& x)
    : w_(std::move(point)),
      n_(x.size(0)),
      first_(x, network.sizes().image, w_.blocks[conv1], w_.blocks[conv1_bias]),
      second_({w_.blocks[conv2], w_.blocks[conv2_bias]}),
      f_(flattened(second_.forward(first_.output()))) {}

at::Tensor CnnPass::scores() {
  const auto& w = w_.blocks;
  a1_ = w_.wide.forward(f_).add_(w[fc1_bias]).relu_();
  return product(a1_, w[fc2].t()).add_(w[fc2_bias]);
}

at::Tensor CnnPass::differentiate(const at::Tensor& labels) {
  loss_.emplace(scores(), labels, n_);
  d2_ = loss_->gradient();
  active_ = a1_.gt(0);
  dz1_ = product(d2_, w_.blocks[fc2]).mul_(active_);
  dp1_ = second_.backward(unflattened(w_.wide.backward(dz1_), second_.output()));
  return loss_->value();
}

void CnnPass::gradient(model::Weights& g) const {
  product_into(g[fc2], d2_.t(), a1_);
  at::sum_out(g[fc2_bias], d2_, 0);
  at::sum_out(g[fc1_bias], dz1_, 0);
  second_.write_gradient({g[conv2], g[conv2_bias]});
  first_.write_gradient(dp1_, {g[conv1], g[conv1_bias]});
}

WideFactors CnnPass::wide_gradient() const {
  return {dz1_, f_};
}

WideFactors CnnPass::hessian_product(const CnnPoint& v, model::Weights& h) const {
  cost::count_work({.hessian_rows = n_});
  const auto &w = w_.blocks, &u = v.blocks;
  const kernels::WinogradWeights u2(u[conv2], u[conv2_bias]);
  const auto rp1 = first_.output_along(u[conv1], u[conv1_bias]);
  const auto rf = flattened(second_.forward_along(rp1, u2));
  const auto ra1 = w_.wide.forward(rf).add_(v.wide.forward(f_)).add_(u[fc1_bias]).mul_(active_);
  auto rz2 = product(ra1, w[fc2].t()).add_(u[fc2_bias]);
  add_product(rz2, a1_, u[fc2].t());

  const auto rd2 = loss_->gradient_along(rz2);
  product_into(h[fc2], rows(rd2, d2_).t(), rows(a1_, ra1));
  at::sum_out(h[fc2_bias], rd2, 0);
  auto rdz1 = product(rd2, w[fc2]);
  add_product(rdz1, d2_, u[fc2]);
  rdz1.mul_(active_);
  at::sum_out(h[fc1_bias], rdz1, 0);
  const auto rdf = w_.wide.backward(rdz1).add_(v.wide.backward(dz1_));
  const auto rdp1 =
      second_.backward_along(rp1, u2, unflattened(rdf, second_.output()), {h[conv2], h[conv2_bias]});
  first_.write_gradient(rdp1, {h[conv1], h[conv1_bias]});
  return {rows(rdz1, dz1_), rows(f_, rf)};
}

}  // namespace fedmeta::engine
