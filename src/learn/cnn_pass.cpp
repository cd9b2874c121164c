// Forward, backward, and both differentiated along a direction (the R-operator; Pearlmutter 1994). Names: c1,
// p1, c2, p2 are what the convolutions and pools give, f is p2 flattened, z1 and a1 the hidden layer before
// and after its ReLU; d... is the loss's gradient with respect to ..., R... the derivative along v. The first
// convolution is a matrix product with the image's patches, so that its output comes channels-last.
#include "learn/cnn_pass.hpp"

#include <ATen/ATen.h>

#include "model/direct_products.hpp"

namespace fedmeta::learn {
namespace {

using model::add_product;
using model::convolution;
using model::convolution_data_gradient;
using model::convolution_weight_gradient;
using model::product;
using model::product_into;

at::Tensor channel_bias(const at::Tensor& bias) {
  return bias.view({1, -1, 1, 1});
}

/// Sum over all but the channels.
at::Tensor channel_sum(const at::Tensor& image) {
  return image.sum(at::IntArrayRef{0, 2, 3});
}

/// [n, c, h, w] -> [n, c h w] in the order channel, y, x.
at::Tensor flattened(const at::Tensor& image) {
  return image.contiguous().view({image.size(0), -1});
}

at::Tensor rows(const at::Tensor& a, const at::Tensor& b) {
  return at::cat({a, b});
}

/// [n h w, k k]: what each output of the first convolution sees.
at::Tensor patches_of(const model::ImageCnn::Sizes& sizes, const at::Tensor& x) {
  const auto margin = sizes.kernel / 2;
  const auto image =
      at::constant_pad_nd(x.view({-1, sizes.image, sizes.image}), {margin, margin, margin, margin});
  return image.unfold(1, sizes.kernel, 1)
      .unfold(2, sizes.kernel, 1)
      .reshape({-1, sizes.kernel * sizes.kernel});
}

}  // namespace

CnnPass::CnnPass(const model::ImageCnn::Sizes& sizes, CnnPoint point, const at::Tensor& x)
    : sizes_(sizes), w_(std::move(point)), n_(x.size(0)), patches_(patches_of(sizes, x)) {
  const auto& w = w_.blocks;
  pool1_ = pool(first_convolution(w));
  pool2_ = pool(convolution(pool1_.value, w[conv2]).add_(channel_bias(w[conv2_bias])));
  f_ = flattened(pool2_.value);
}

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
  dc2_ = pool_gradient(w_.wide.backward(dz1_).view(pool2_.value.sizes()), pool2_.source);
  dc1_ = pool_gradient(convolution_data_gradient(dc2_, w_.blocks[conv2]), pool1_.source);
  return loss_->value();
}

void CnnPass::gradient(model::Weights& g) const {
  product_into(g[fc2], d2_.t(), a1_);
  at::sum_out(g[fc2_bias], d2_, 0);
  at::sum_out(g[fc1_bias], dz1_, 0);
  g[conv2].copy_(convolution_weight_gradient(pool1_.value, dc2_, sizes_.kernel));
  g[conv2_bias].copy_(channel_sum(dc2_));
  first_weight_gradient(dc1_, g);
}

WideFactors CnnPass::wide_gradient() const {
  return {dz1_, f_};
}

WideFactors CnnPass::hessian_product(const CnnPoint& v, model::Weights& h) const {
  const auto& w = w_.blocks;
  at::Tensor rp1, rf, ra1;
  const auto rd2 = forward_along(v, rp1, rf, ra1);
  product_into(h[fc2], rows(rd2, d2_).t(), rows(a1_, ra1));
  at::sum_out(h[fc2_bias], rd2, 0);
  auto rdz1 = product(rd2, w[fc2]);
  add_product(rdz1, d2_, v.blocks[fc2]);
  rdz1.mul_(active_);
  at::sum_out(h[fc1_bias], rdz1, 0);
  hessian_of_convolutions(v, rp1, rdz1, h);
  return {rows(rdz1, dz1_), rows(f_, rf)};
}

at::Tensor CnnPass::first_convolution(const model::Weights& w) const {
  const auto y = product(patches_, w[conv1].view({sizes_.channels1, -1}).t()).add_(w[conv1_bias]);
  return y.view({n_, sizes_.image, sizes_.image, sizes_.channels1}).permute({0, 3, 1, 2});
}

void CnnPass::first_weight_gradient(const at::Tensor& dc1, model::Weights& g) const {
  const auto columns = dc1.permute({0, 2, 3, 1}).reshape({-1, sizes_.channels1});
  product_into(g[conv1].view({sizes_.channels1, -1}), columns.t(), patches_);
  at::sum_out(g[conv1_bias], columns, 0);
}

/// Rp1, Rf, Ra1, and what it gives back, Rd2.
at::Tensor CnnPass::forward_along(const CnnPoint& v, at::Tensor& rp1, at::Tensor& rf, at::Tensor& ra1) const {
  const auto &w = w_.blocks, &u = v.blocks;
  rp1 = pool_derivative(first_convolution(u), pool1_.source);
  auto rc2 = convolution(rp1, w[conv2]);
  rc2.add_(convolution(pool1_.value, u[conv2])).add_(channel_bias(u[conv2_bias]));
  rf = flattened(pool_derivative(rc2, pool2_.source));
  ra1 = w_.wide.forward(rf).add_(v.wide.forward(f_)).add_(u[fc1_bias]).mul_(active_);
  auto rz2 = product(ra1, w[fc2].t()).add_(u[fc2_bias]);
  add_product(rz2, a1_, u[fc2].t());
  return loss_->gradient_along(rz2);
}

void CnnPass::hessian_of_convolutions(const CnnPoint& v, const at::Tensor& rp1, const at::Tensor& rdz1,
                                      model::Weights& h) const {
  const auto rdf = w_.wide.backward(rdz1).add_(v.wide.backward(dz1_));
  const auto rdc2 = pool_gradient(rdf.view(pool2_.value.sizes()), pool2_.source);
  h[conv2].copy_(convolution_weight_gradient(rows(pool1_.value, rp1), rows(rdc2, dc2_), sizes_.kernel));
  h[conv2_bias].copy_(channel_sum(rdc2));
  const auto rdp1 = convolution_data_gradient(rdc2, w_.blocks[conv2])
                        .add_(convolution_data_gradient(dc2_, v.blocks[conv2]));
  first_weight_gradient(pool_gradient(rdp1, pool1_.source), h);
}

}  // namespace fedmeta::learn
