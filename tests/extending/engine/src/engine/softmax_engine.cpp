// Logistic regression for a group of clients at once: one batched product for all, on any device.
//
// Clients have batches of different sizes. They are padded to the longest, with rows of weight zero.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "cost/work_done.hpp"
#include "engine/engine_choice.hpp"
#include "learn/engine.hpp"
#include "model/dense_network.hpp"

namespace fedmeta::engine {
namespace {

struct Sizes {
  std::int64_t features, classes;
};

/// The parameters of each client, or directions.
struct Parts {
  at::Tensor weight, bias;  ///< [G, C, F], [G, 1, C]
};

/// Of thetas [G, P], or [P] for all alike.
Parts parts_of(const at::Tensor& thetas, std::int64_t clients, const Sizes& sizes) {
  const auto weights = sizes.classes * sizes.features;
  const auto rows = thetas.expand({clients, weights + sizes.classes});
  return {rows.slice(1, 0, weights).reshape({clients, sizes.classes, sizes.features}),
          rows.slice(1, weights).unsqueeze(1)};
}

/// x [G, n, F] -> x W' + b [G, n, C]
at::Tensor affine(const at::Tensor& x, const Parts& parts) {
  return at::matmul(x, parts.weight.transpose(1, 2)) + parts.bias;
}

/// The batches of a group as one, of n rows for each client.
struct PaddedBatch {
  at::Tensor x, labels;  ///< [G, n, F]; [G, n, C], a one for the label of a row that is there
  at::Tensor share;      ///< [G, n, 1]: 1 / n_i for the n_i rows of client i, else 0
  std::int64_t rows = 0;

  PaddedBatch(const learn::Batches& batches, const Sizes& sizes, const at::TensorOptions& options) {
    const auto clients = static_cast<std::int64_t>(batches.size());
    std::int64_t most = 1;
    for (const auto& batch : batches) most = std::max(most, batch.rows());
    x = at::zeros({clients, most, sizes.features}, options);
    labels = at::zeros({clients, most, sizes.classes}, options);
    share = at::zeros({clients, most, 1}, options);
    for (std::int64_t i = 0; i < clients; ++i) {
      const auto& batch = batches[static_cast<std::size_t>(i)];
      const auto n = batch.rows();
      if (n == 0) continue;
      rows += n;
      x[i].slice(0, 0, n).copy_(batch.x);
      labels[i].slice(0, 0, n).scatter_(1, batch.y.unsqueeze(1), 1.0);
      share[i].slice(0, 0, n).fill_(1.0 / static_cast<double>(n));
    }
  }
};

class SoftmaxLoss final : public learn::GroupLoss {
 public:
  SoftmaxLoss(const at::Tensor& thetas, const learn::Batches& batches, const Sizes& sizes)
      : sizes_(sizes),
        clients_(static_cast<std::int64_t>(batches.size())),
        batch_(batches, sizes, thetas.options()),
        scores_(affine(batch_.x, parts_of(thetas, clients_, sizes))),
        probabilities_(at::softmax(scores_, -1)) {}

  learn::Gradients gradients() override {
    const at::NoGradGuard plain;
    cost::count_work({.gradient_rows = batch_.rows});
    const auto own = at::logsumexp(scores_, {-1}, true) - (scores_ * batch_.labels).sum(-1, true);
    return {gradients_of(probabilities_ - batch_.labels), (own * batch_.share).sum({1, 2})};
  }

  // The R-operator (Pearlmutter 1994): R... is the derivative along v.
  learn::HessianProducts hessian_products(const at::Tensor& v, bool with_gradients) override {
    const at::NoGradGuard plain;
    cost::count_work({.hessian_rows = batch_.rows});
    const auto rscores = affine(batch_.x, parts_of(v, clients_, sizes_));
    const auto rprobabilities = probabilities_ * (rscores - (probabilities_ * rscores).sum(-1, true));
    return {with_gradients ? gradients_of(probabilities_ - batch_.labels) : at::Tensor(),
            gradients_of(rprobabilities)};
  }

 private:
  /// dscores of each row's own loss [G, n, C] -> the gradients of the clients' means [G, P].
  at::Tensor gradients_of(const at::Tensor& dscores) const {
    const auto d = dscores * batch_.share;
    return at::cat({at::matmul(d.transpose(1, 2), batch_.x).flatten(1), d.sum(1)}, 1);
  }

  const Sizes sizes_;
  const std::int64_t clients_;
  const PaddedBatch batch_;
  const at::Tensor scores_, probabilities_;
};

class SoftmaxEngine final : public learn::Engine {
 public:
  explicit SoftmaxEngine(const Sizes& sizes) : sizes_(sizes) {}

  std::int64_t group_limit() const override { return 64; }
  std::unique_ptr<learn::GroupLoss> loss(const at::Tensor& thetas,
                                         const learn::Batches& batches) const override {
    return std::make_unique<SoftmaxLoss>(thetas, batches, sizes_);
  }
  std::vector<at::Tensor> scores(const at::Tensor& thetas, const learn::Batches& batches) const override {
    const PaddedBatch padded(batches, sizes_, thetas.options());
    const auto all = affine(padded.x, parts_of(thetas, static_cast<std::int64_t>(batches.size()), sizes_));
    std::vector<at::Tensor> scores;
    for (std::size_t i = 0; i < batches.size(); ++i)
      scores.push_back(all[static_cast<std::int64_t>(i)].slice(0, 0, batches[i].rows()));
    return scores;
  }

 private:
  const Sizes sizes_;
};

}  // namespace

/// Returns null where it does not serve. It does for networks of one linear layer, in fp32 and double.
std::unique_ptr<learn::Engine> offer_softmax_engine(const model::Network& network, at::Device /*device*/,
                                                    const EngineChoice& choice) {
  const auto& blocks = network.layout().blocks();
  const bool one_layer = dynamic_cast<const model::DenseNetwork*>(&network) && blocks.size() == 2;
  if (!one_layer || choice.precision != model::Precision::fp32) return {};
  return std::make_unique<SoftmaxEngine>(Sizes{blocks.front().shape[1], blocks.front().shape[0]});
}

}  // namespace fedmeta::engine
