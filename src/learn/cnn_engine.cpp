// Passes of conv - pool - conv - pool - fc - fc, forward, backward, and both differentiated along a direction
// (the R-operator; Pearlmutter 1994). Names: c1, p1, c2, p2 are what the convolutions and pools give, f is p2
// flattened, z1 and a1 the hidden layer before and after its ReLU; d... is the loss's gradient with respect
// to
// ..., R... the derivative along v. The first convolution is a matrix product with the image's patches, so
// that its output comes channels-last.
#include "learn/cnn_engine.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "learn/pooling.hpp"
#include "model/direct_products.hpp"

namespace fedmeta::learn {
namespace {

using model::add_product;
using model::convolution;
using model::convolution_data_gradient;
using model::convolution_weight_gradient;
using model::product;
using model::product_into;

enum Block { conv1, conv1_bias, conv2, conv2_bias, fc1, fc1_bias, fc2, fc2_bias };

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

/// One batch at one theta: what the forward and the backward pass leave.
class Pass {
 public:
  Pass(const model::ImageCnn::Sizes& sizes, model::Weights weights, const Batch& batch)
      : sizes_(sizes), w_(std::move(weights)), n_(batch.rows()), patches_(patches_of(batch.x)) {
    pool1_ = pool(first_convolution(w_));
    pool2_ = pool(convolution(pool1_.value, w_[conv2]).add_(channel_bias(w_[conv2_bias])));
  }

  at::Tensor scores() {
    f_ = flattened(pool2_.value);
    a1_ = product(f_, w_[fc1].t()).add_(w_[fc1_bias]).relu_();
    return product(a1_, w_[fc2].t()).add_(w_[fc2_bias]);
  }

  /// Gradient of the mean loss into `g`, one view a block; the loss.
  at::Tensor gradient(const at::Tensor& labels, model::Weights& g) {
    const auto loss = softmax_gradient(scores(), labels);
    dz1_ = product(d2_, w_[fc2]).mul_(a1_.gt(0));
    backward(product(dz1_, w_[fc1]));
    weight_gradients(g);
    return loss;
  }

  /// Hessian of the mean loss times v (both one view a block) into `h`; where `g` is given, the gradient into
  /// it.
  void hessian_product(const at::Tensor& labels, const model::Weights& v, model::Weights& h,
                       model::Weights* g) {
    forward_along(v, labels);
    hessian_of_fc(v, h);
    hessian_of_convolutions(v, h);
    if (g) weight_gradients(*g);
  }

 private:
  /// [n, h w, k k]: what each output of the first convolution sees.
  at::Tensor patches_of(const at::Tensor& x) const {
    const auto margin = sizes_.kernel / 2;
    const auto image =
        at::constant_pad_nd(x.view({n_, sizes_.image, sizes_.image}), {margin, margin, margin, margin});
    return image.unfold(1, sizes_.kernel, 1)
        .unfold(2, sizes_.kernel, 1)
        .reshape({n_ * sizes_.image * sizes_.image, sizes_.kernel * sizes_.kernel});
  }
  at::Tensor first_convolution(const model::Weights& w) const {
    const auto y = product(patches_, w[conv1].view({sizes_.channels1, -1}).t()).add_(w[conv1_bias]);
    return y.view({n_, sizes_.image, sizes_.image, sizes_.channels1}).permute({0, 3, 1, 2});
  }
  void first_weight_gradient(const at::Tensor& dc1, model::Weights& g) const {
    const auto columns = dc1.permute({0, 2, 3, 1}).reshape({-1, sizes_.channels1});
    product_into(g[conv1].view({sizes_.channels1, -1}), columns.t(), patches_);
    at::sum_out(g[conv1_bias], columns, 0);
  }

  /// Scores to the gradient with respect to them: d2 = (softmax - one-hot) / n.
  at::Tensor softmax_gradient(const at::Tensor& z2, const at::Tensor& labels) {
    const auto logs = at::log_softmax(z2, 1);
    probabilities_ = logs.exp();
    d2_ = probabilities_.clone();
    const auto places = labels.view({-1, 1});
    d2_.scatter_add_(1, places, at::full({n_, 1}, -1.0, d2_.options()));
    d2_.div_(static_cast<double>(n_));
    return logs.gather(1, places).mean().neg();
  }
  /// From the gradient with respect to f down to the first convolution.
  void backward(const at::Tensor& df) {
    dc2_ = pool_gradient(df.view(pool2_.value.sizes()), pool2_.source);
    dc1_ = pool_gradient(convolution_data_gradient(dc2_, w_[conv2]), pool1_.source);
  }
  void weight_gradients(model::Weights& g) const {
    product_into(g[fc2], d2_.t(), a1_);
    at::sum_out(g[fc2_bias], d2_, 0);
    product_into(g[fc1], dz1_.t(), f_);
    at::sum_out(g[fc1_bias], dz1_, 0);
    g[conv2].copy_(convolution_weight_gradient(pool1_.value, dc2_, sizes_.kernel));
    g[conv2_bias].copy_(channel_sum(dc2_));
    first_weight_gradient(dc1_, g);
  }

  /// Forward along v, and both gradients at the scores. Rows of a product and of its derivative go together.
  void forward_along(const model::Weights& v, const at::Tensor& labels) {
    rp1_ = pool_derivative(first_convolution(v), pool1_.source);
    auto rc2 = convolution(rp1_, w_[conv2]);
    rc2.add_(convolution(pool1_.value, v[conv2])).add_(channel_bias(v[conv2_bias]));
    f_ = flattened(pool2_.value);
    rf_ = flattened(pool_derivative(rc2, pool2_.source));
    const auto both = product(rows(f_, rf_), w_[fc1].t()).chunk(2);
    a1_ = (both[0] + w_[fc1_bias]).relu_();
    active_ = a1_.gt(0);
    auto rz1 = both[1];
    add_product(rz1, f_, v[fc1].t());
    ra1_ = rz1.add_(v[fc1_bias]).mul_(active_);
    softmax_gradient(product(a1_, w_[fc2].t()).add_(w_[fc2_bias]), labels);
    auto rz2 = product(ra1_, w_[fc2].t()).add_(v[fc2_bias]);
    add_product(rz2, a1_, v[fc2].t());
    const auto weighted = probabilities_ * rz2;
    rd2_ = (weighted - probabilities_ * weighted.sum(1, true)).div_(static_cast<double>(n_));
  }
  void hessian_of_fc(const model::Weights& v, model::Weights& h) {
    product_into(h[fc2], rows(rd2_, d2_).t(), rows(a1_, ra1_));
    at::sum_out(h[fc2_bias], rd2_, 0);
    const auto both = product(rows(d2_, rd2_), w_[fc2]).chunk(2);
    dz1_ = both[0].mul(active_);
    auto rda1 = both[1];
    add_product(rda1, d2_, v[fc2]);
    rdz1_ = rda1.mul_(active_);
    product_into(h[fc1], rows(rdz1_, dz1_).t(), rows(f_, rf_));
    at::sum_out(h[fc1_bias], rdz1_, 0);
  }
  void hessian_of_convolutions(const model::Weights& v, model::Weights& h) {
    const auto both = product(rows(dz1_, rdz1_), w_[fc1]).chunk(2);
    auto rdf = both[1];
    add_product(rdf, dz1_, v[fc1]);
    backward(both[0]);
    const auto rdc2 = pool_gradient(rdf.view(pool2_.value.sizes()), pool2_.source);
    h[conv2].copy_(convolution_weight_gradient(rows(pool1_.value, rp1_), rows(rdc2, dc2_), sizes_.kernel));
    h[conv2_bias].copy_(channel_sum(rdc2));
    const auto rdp1 =
        convolution_data_gradient(rdc2, w_[conv2]).add_(convolution_data_gradient(dc2_, v[conv2]));
    first_weight_gradient(pool_gradient(rdp1, pool1_.source), h);
  }

  const model::ImageCnn::Sizes& sizes_;
  model::Weights w_;
  std::int64_t n_;
  at::Tensor patches_;
  Pooled pool1_, pool2_;
  at::Tensor f_, a1_, probabilities_, d2_, dz1_, dc2_, dc1_;
  at::Tensor rp1_, rf_, active_, ra1_, rd2_, rdz1_;
};

class CnnEngine final : public Engine {
 public:
  explicit CnnEngine(const model::ImageCnn& network) : network_(network) {}

  Gradient gradient(const at::Tensor& theta, const Batch& batch) const override {
    const at::NoGradGuard plain;
    Gradient g{at::empty_like(theta), {}};
    auto views = network_.layout().views(g.value);
    g.loss = pass(theta, batch).gradient(batch.y, views);
    return g;
  }
  HessianProduct hessian_product(const at::Tensor& theta, const Batch& batch, const at::Tensor& v,
                                 bool with_gradient) const override {
    const at::NoGradGuard plain;
    const auto& layout = network_.layout();
    HessianProduct h{{}, at::empty_like(theta)};
    auto product = layout.views(h.value);
    model::Weights gradient;
    if (with_gradient) {
      h.gradient = at::empty_like(theta);
      gradient = layout.views(h.gradient);
    }
    pass(theta, batch)
        .hessian_product(batch.y, layout.views(v), product, with_gradient ? &gradient : nullptr);
    return h;
  }
  at::Tensor scores(const at::Tensor& theta, const at::Tensor& x) const override {
    const at::NoGradGuard plain;
    return pass(theta, {x, at::empty({x.size(0)}, at::kLong)}).scores();
  }

 private:
  Pass pass(const at::Tensor& theta, const Batch& batch) const {
    return {network_.sizes(), network_.layout().views(theta), batch};
  }

  const model::ImageCnn& network_;
};

}  // namespace

bool has_derived_passes(const model::ImageCnn& network) {
  const auto& s = network.sizes();
  return s.padding == model::Padding::same && s.pool_first && !network.has_dropout() && s.image % 4 == 0;
}

std::unique_ptr<Engine> make_cnn_engine(const model::ImageCnn& network) {
  return std::make_unique<CnnEngine>(network);
}

}  // namespace fedmeta::learn
