// Fully connected networks. h are a layer's inputs, z = W h + b, and the next layer's inputs are a(z).
#include <ATen/ATen.h>

#include <numeric>

#include "engine/batched/group_products.hpp"
#include "engine/batched/pass.hpp"
#include "model/dense_network.hpp"

namespace fedmeta::engine::batched {
namespace {

using model::Activation;

/// Of a layer's block in the layout, and of its bias.
constexpr std::size_t weight(std::size_t layer) {
  return 2 * layer;
}
constexpr std::size_t bias(std::size_t layer) {
  return 2 * layer + 1;
}

/// z = h W' + b
at::Tensor affine(const at::Tensor& h, const model::Weights& w, std::size_t layer) {
  return product(h, transposed(w[weight(layer)])).add_(w[bias(layer)].unsqueeze(1));
}

class DensePass final : public Pass {
 public:
  DensePass(Activation activation, model::Weights w, const at::Tensor& x)
      : activation_(activation), w_(std::move(w)), layers_(w_.size() / 2) {
    inputs_.push_back(x);
    for (std::size_t l = 0; l + 1 < layers_; ++l) inputs_.push_back(active(affine(inputs_.back(), w_, l)));
    scores_ = affine(inputs_.back(), w_, layers_ - 1);
  }

  const at::Tensor& scores() const override { return scores_; }

  void go_back(const at::Tensor& dscores) override {
    dz_.assign(layers_, dscores);
    dh_.resize(layers_);
    for (auto l = layers_; --l > 0;) {
      dh_[l] = product(dz_[l], w_[weight(l)]);
      dz_[l - 1] = dh_[l] * slope(inputs_[l]);
    }
  }

  void add_gradient(Sums& g) const override {
    for (std::size_t l = 0; l < layers_; ++l) {
      g.add_product(weight(l), transposed(dz_[l]), inputs_[l]);
      g.add_rows(bias(l), dz_[l]);
    }
  }

  void add_hessian_product(const model::Weights& v, const SoftmaxLosses& losses, Sums& h) const override {
    std::vector<at::Tensor> rinputs(layers_);  // that of x is zero
    at::Tensor rz;
    for (std::size_t l = 0; l < layers_; ++l) {
      rz = affine(inputs_[l], v, l);
      if (l > 0) add_product(rz, rinputs[l], transposed(w_[weight(l)]));
      if (l + 1 < layers_) rinputs[l + 1] = rz * slope(inputs_[l + 1]);
    }
    auto rdz = losses.gradient_along(rz);
    for (auto l = layers_; l-- > 0;) {
      h.add_product(weight(l), transposed(rdz), inputs_[l]);
      h.add_rows(bias(l), rdz);
      if (l == 0) break;
      h.add_product(weight(l), transposed(dz_[l]), rinputs[l]);
      auto rdh = product(rdz, w_[weight(l)]);
      add_product(rdh, dz_[l], v[weight(l)]);
      rdz = rdh.mul_(slope(inputs_[l]));
      if (activation_ == Activation::tanh)  // a'' a' Rz = -2 a Ra
        rdz.addcmul_(dh_[l] * inputs_[l], rinputs[l], -2);
    }
  }

 private:
  at::Tensor active(const at::Tensor& z) const {
    return activation_ == Activation::relu ? z.relu() : z.tanh();
  }
  /// a'(z), from a(z).
  at::Tensor slope(const at::Tensor& a) const {
    return activation_ == Activation::relu ? a.gt(0).to(a.scalar_type()) : 1 - a * a;
  }

  const Activation activation_;
  const model::Weights w_;
  const std::size_t layers_;
  std::vector<at::Tensor> inputs_, dz_, dh_;  ///< of each layer
  at::Tensor scores_;
};

class DensePasses final : public Passes {
 public:
  explicit DensePasses(const model::DenseNetwork& network) : network_(network) {
    for (const auto& block : network.layout().blocks())
      if (block.shape.size() == 2) numbers_ += block.shape[0] + block.shape[1];
  }

  std::unique_ptr<Pass> forward(const model::Weights& w, const at::Tensor& x) const override {
    return std::make_unique<DensePass>(network_.activation(), w, x);
  }
  // z, h, dz, dh and the derivatives of these; without them.
  std::int64_t numbers_in_work() const override { return 8 * numbers_; }
  std::int64_t numbers_kept() const override { return 3 * numbers_; }

 private:
  const model::DenseNetwork& network_;
  std::int64_t numbers_ = 0;
};

}  // namespace

std::unique_ptr<Passes> dense_passes(const model::Network& network) {
  const auto* dense = dynamic_cast<const model::DenseNetwork*>(&network);
  return dense ? std::make_unique<DensePasses>(*dense) : nullptr;
}

}  // namespace fedmeta::engine::batched
