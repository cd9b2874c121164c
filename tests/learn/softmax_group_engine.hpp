// A small engine that computes clients together: softmax regression over a leading client dimension, ragged
// sizes padded with rows of weight zero.
#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "cost/work_done.hpp"
#include "learn/engine.hpp"

namespace fedmeta::learn {

/// For the network "lr" of so many features and classes: theta = (weight [C, F], bias [C]).
class SoftmaxGroupEngine final : public Engine {
 public:
  SoftmaxGroupEngine(std::int64_t features, std::int64_t classes, std::int64_t group_limit)
      : features_(features), classes_(classes), group_limit_(group_limit) {}

  std::int64_t group_limit() const override { return group_limit_; }
  std::unique_ptr<GroupLoss> loss(const at::Tensor& thetas, const Batches& batches) const override {
    return std::make_unique<Loss>(*this, thetas, batches);
  }
  std::vector<at::Tensor> scores(const at::Tensor& thetas, const Batches& batches) const override {
    std::vector<at::Tensor> scores;
    const Padded padded(*this, batches);
    const auto all = affine(padded.x, parts(thetas, batches.size()));
    for (std::size_t i = 0; i < batches.size(); ++i)
      scores.push_back(all[static_cast<std::int64_t>(i)].slice(0, 0, batches[i].rows()));
    return scores;
  }

 private:
  struct Parts {
    at::Tensor weight, bias;  ///< [G, C, F], [G, 1, C]
  };

  /// Batches as one tensor of n rows each; `share` is 1 / n_i of the rows that client i has, else 0.
  struct Padded {
    at::Tensor x, labels, share;  ///< [G, n, F], [G, n, C], [G, n, 1]
    std::int64_t rows = 0;

    Padded(const SoftmaxGroupEngine& engine, const Batches& batches) {
      std::int64_t most = 1;
      for (const auto& batch : batches) most = std::max(most, batch.rows());
      const auto clients = static_cast<std::int64_t>(batches.size());
      x = at::zeros({clients, most, engine.features_}, at::kDouble);
      labels = at::zeros({clients, most, engine.classes_}, at::kDouble);
      share = at::zeros({clients, most, 1}, at::kDouble);
      for (std::int64_t i = 0; i < clients; ++i) {
        const auto& batch = batches[static_cast<std::size_t>(i)];
        const auto n = batch.rows();
        if (n == 0) continue;
        rows += n;
        x[i].slice(0, 0, n).copy_(batch.x);
        labels[i].slice(0, 0, n).copy_(at::one_hot(batch.y, engine.classes_));
        share[i].slice(0, 0, n).fill_(1.0 / static_cast<double>(n));
      }
    }
  };

  class Loss final : public GroupLoss {
   public:
    Loss(const SoftmaxGroupEngine& engine, const at::Tensor& thetas, const Batches& batches)
        : engine_(engine), data_(engine, batches), clients_(batches.size()) {
      z_ = affine(data_.x, engine.parts(thetas, clients_));
      p_ = at::softmax(z_, -1);
    }
    Gradients gradients() override {
      cost::count_work({.gradient_rows = data_.rows});
      const auto own = at::logsumexp(z_, {-1}, true) - (z_ * data_.labels).sum(-1, true);
      return {flat((p_ - data_.labels) * data_.share), (own * data_.share).sum({1, 2})};
    }
    HessianProducts hessian_products(const at::Tensor& v, bool with_gradients) override {
      cost::count_work({.hessian_rows = data_.rows});
      const auto rz = affine(data_.x, engine_.parts(v, clients_));
      const auto rp = p_ * (rz - (p_ * rz).sum(-1, true));
      return {with_gradients ? flat((p_ - data_.labels) * data_.share) : at::Tensor(),
              flat(rp * data_.share)};
    }

   private:
    /// The gradient [G, P] of scores' gradients [G, n, C].
    at::Tensor flat(const at::Tensor& dz) const {
      return at::cat({at::matmul(dz.transpose(1, 2), data_.x).flatten(1), dz.sum(1)}, 1);
    }

    const SoftmaxGroupEngine& engine_;
    const Padded data_;
    const std::size_t clients_;
    at::Tensor z_, p_;
  };

  Parts parts(const at::Tensor& thetas, std::size_t clients) const {
    const auto of_clients = static_cast<std::int64_t>(clients), weights = classes_ * features_;
    const auto rows = thetas.expand({of_clients, weights + classes_});
    return {rows.slice(1, 0, weights).reshape({of_clients, classes_, features_}),
            rows.slice(1, weights).unsqueeze(1)};
  }
  static at::Tensor affine(const at::Tensor& x, const Parts& parts) {
    return at::matmul(x, parts.weight.transpose(1, 2)) + parts.bias;
  }

  std::int64_t features_, classes_, group_limit_;
};

}  // namespace fedmeta::learn
