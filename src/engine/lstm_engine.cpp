// Names: d... is the loss's gradient with respect to ..., R... the derivative along v.
#include "engine/lstm_engine.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "cost/work_done.hpp"
#include "engine/client_engine.hpp"
#include "engine/derived_passes.hpp"
#include "engine/lstm_layer.hpp"
#include "kernels/direct_products.hpp"
#include "kernels/softmax_loss.hpp"
#include "model/lstm.hpp"

namespace fedmeta::engine {
namespace {

using kernels::add_product;
using kernels::product;

struct Linear {
  at::Tensor weight, bias;  ///< [out, in], [out]
};

/// Parameters, a direction or a gradient, as views of a flat vector.
struct Parts {
  at::Tensor table;  ///< [words, width]; undefined if the vectors are frozen
  std::vector<LstmWeights> layers;
  std::vector<Linear> linears;
};

Parts parts_of(const model::Lstm& network, const at::Tensor& flat) {
  const auto views = network.layout().views(flat);
  auto next = views.begin();
  Parts parts;
  if (!network.vectors().defined()) parts.table = *next++;
  for (std::int64_t l = 0; l < network.sizes().layers; ++l) {
    auto& layer = parts.layers.emplace_back(LstmWeights{next[0], next[1], {}});
    next += 2;
    const auto end = next + (network.sizes().two_biases ? 2 : 1);
    layer.biases.assign(next, end);
    next = end;
  }
  for (; next != views.end(); next += 2) parts.linears.push_back({next[0], next[1]});
  return parts;
}

// Passes of some rows of a batch at one theta. Each uses earlier ones, which must outlive it.

class Forward {
 public:
  Forward(const model::Lstm& network, const Parts& w, const at::Tensor& x, kernels::Workspace& workspace)
      : workspace_(workspace), w_(w), n_(x.size(0)), length_(x.size(1)), ids_(x.t().reshape({-1})) {
    const auto& table = w_.table.defined() ? w_.table : network.vectors();
    auto h = model::embedded(table, ids_).to(w_.layers[0].hh.scalar_type());
    for (const auto& weights : w_.layers)
      h = layers_.emplace_back(LstmLayer(weights, length_, n_, workspace_), h).output();
    outputs_.push_back(last_step(h));
    for (const auto& linear : w_.linears)
      outputs_.push_back(product(outputs_.back(), linear.weight.t()).add_(linear.bias));
  }

  const at::Tensor& scores() const { return outputs_.back(); }

 private:
  friend class Backward;
  friend class ForwardAlong;
  friend class BackwardAlong;

  at::Tensor last_step(const at::Tensor& of_all) const { return of_all.narrow(0, (length_ - 1) * n_, n_); }
  /// Returns the last step's [n, hidden] as part of all steps, the others zero.
  at::Tensor in_last_step(const at::Tensor& of_last) const {
    auto of_all = workspace_.take(length_ * n_, of_last.size(1), of_last.options()).zero_();
    last_step(of_all).copy_(of_last);
    return of_all;
  }
  /// Adds the gradients of the places in the sequences to those of the vectors used there; unknown words have
  /// none.
  void add_to_table(at::Tensor& table, const at::Tensor& of_places) const {
    const auto words = table.size(0);
    const auto sums = at::embedding_dense_backward(of_places, ids_.clamp_max(words), words + 1, words, false);
    table.add_(sums.narrow(0, 0, words));
  }

  kernels::Workspace& workspace_;
  const Parts& w_;
  std::int64_t n_, length_;
  at::Tensor ids_;  ///< [length n], ordered like all tensors of all steps
  std::vector<LstmForward> layers_;
  std::vector<at::Tensor> outputs_;  ///< input of the first linear layer, then the output of each
};

class Backward {
 public:
  Backward(const Forward& forward, const at::Tensor& dscores) : forward_(forward) {
    const auto& w = forward_.w_;
    gradients_.assign(forward_.outputs_.size(), dscores);
    for (auto j = w.linears.size(); j-- > 0;) gradients_[j] = product(gradients_[j + 1], w.linears[j].weight);
    auto dh = forward_.in_last_step(gradients_[0]);
    for (auto l = w.layers.size(); l-- > 0;) {
      const auto& layer = layers_.emplace_front(forward_.layers_[l], dh);
      if (l > 0 || w.table.defined()) dh = layer.input_gradient();
    }
    dx_ = std::move(dh);
  }
  void add_gradient(Parts& g) const {
    const auto& w = forward_.w_;
    for (std::size_t j = 0; j < w.linears.size(); ++j) {
      add_product(g.linears[j].weight, gradients_[j + 1].t(), forward_.outputs_[j]);
      g.linears[j].bias.add_(gradients_[j + 1].sum(0));
    }
    for (std::size_t l = 0; l < layers_.size(); ++l) layers_[l].add_gradient(g.layers[l]);
    if (w.table.defined()) forward_.add_to_table(g.table, dx_);
  }

 private:
  friend class BackwardAlong;

  const Forward& forward_;
  std::deque<LstmBackward> layers_;
  std::vector<at::Tensor> gradients_;  ///< with respect to the outputs
  at::Tensor dx_;
};

class ForwardAlong {
 public:
  ForwardAlong(const Forward& forward, const Parts& v) : v_(v) {
    const auto& w = forward.w_;
    at::Tensor rh;
    if (w.table.defined()) rh = model::embedded(v_.table, forward.ids_);
    for (std::size_t l = 0; l < w.layers.size(); ++l)
      rh = layers_.emplace_back(forward.layers_[l], rh, v_.layers[l]).output();
    outputs_.push_back(forward.last_step(rh));
    for (std::size_t j = 0; j < w.linears.size(); ++j) {
      auto r = product(outputs_[j], w.linears[j].weight.t()).add_(v_.linears[j].bias);
      add_product(r, forward.outputs_[j], v_.linears[j].weight.t());
      outputs_.push_back(r);
    }
  }

  /// Returns Rscores.
  const at::Tensor& scores() const { return outputs_.back(); }

 private:
  friend class BackwardAlong;

  const Parts& v_;
  std::vector<LstmForwardAlong> layers_;
  std::vector<at::Tensor> outputs_;
};

class BackwardAlong {
 public:
  BackwardAlong(const Backward& backward, const ForwardAlong& along, const at::Tensor& rdscores)
      : backward_(backward), along_(along) {
    const auto& w = backward_.forward_.w_;
    gradients_.assign(along_.outputs_.size(), rdscores);
    for (auto j = w.linears.size(); j-- > 0;) {
      gradients_[j] = product(gradients_[j + 1], w.linears[j].weight);
      add_product(gradients_[j], backward_.gradients_[j + 1], along_.v_.linears[j].weight);
    }
    auto rdh = backward_.forward_.in_last_step(gradients_[0]);
    for (auto l = w.layers.size(); l-- > 0;) {
      const auto& layer = layers_.emplace_front(backward_.layers_[l], along_.layers_[l], rdh);
      if (l > 0 || w.table.defined()) rdh = layer.input_gradient();
    }
    dx_ = std::move(rdh);
  }
  void add_hessian_product(Parts& h) const {
    const auto& forward = backward_.forward_;
    for (std::size_t j = 0; j < forward.w_.linears.size(); ++j) {
      add_product(h.linears[j].weight, gradients_[j + 1].t(), forward.outputs_[j]);
      add_product(h.linears[j].weight, backward_.gradients_[j + 1].t(), along_.outputs_[j]);
      h.linears[j].bias.add_(gradients_[j + 1].sum(0));
    }
    for (std::size_t l = 0; l < layers_.size(); ++l) layers_[l].add_gradient(h.layers[l]);
    if (forward.w_.table.defined()) forward.add_to_table(h.table, dx_);
  }

 private:
  const Backward& backward_;
  const ForwardAlong& along_;
  std::deque<LstmBackwardAlong> layers_;
  std::vector<at::Tensor> gradients_;
  at::Tensor dx_;
};

/// Calls `work` for portions of a large batch, of nearly equal size: enough rows for products at full rate,
/// few enough that the arrays of the steps stay small.
template <class F>
void for_each_portion(const learn::Batch& batch, kernels::Workspace& workspace, F work) {
  constexpr std::int64_t most = 32;
  const auto n = batch.rows(), portions = std::max<std::int64_t>(1, (n + most - 1) / most);
  for (std::int64_t p = 0; p < portions; ++p) {
    workspace.restart();
    work(batch.rows(p * n / portions, (p + 1) * n / portions));
  }
}

class LstmLoss final : public BatchLoss {
 public:
  LstmLoss(const model::Lstm& network, model::Precision precision, at::Tensor theta, learn::Batch batch,
           kernels::Workspace& workspace)
      : network_(network),
        precision_(precision),
        theta_(std::move(theta)),
        batch_(std::move(batch)),
        workspace_(workspace) {}

  Gradient gradient() override {
    const DerivedPasses passes(precision_);
    Gradient g{at::zeros_like(theta_), at::zeros({}, theta_.options())};
    auto sum = parts_of(network_, g.value);
    const auto w = parts_of(network_, theta_);
    for_each_portion(batch_, workspace_, [&](const learn::Batch& portion) {
      const Forward forward(network_, w, portion.x, workspace_);
      const kernels::SoftmaxLoss loss(forward.scores(), portion.y, batch_.rows());
      Backward(forward, loss.gradient()).add_gradient(sum);
      cost::count_work({.gradient_rows = portion.rows()});
      g.loss.add_(loss.value());
    });
    return g;
  }

  HessianProduct hessian_product(const at::Tensor& v, bool with_gradient) override {
    const DerivedPasses passes(precision_);
    HessianProduct h{with_gradient ? at::zeros_like(theta_) : at::Tensor(), at::zeros_like(theta_)};
    auto product = parts_of(network_, h.value),
         gradient = with_gradient ? parts_of(network_, h.gradient) : Parts();
    const auto w = parts_of(network_, theta_), along = parts_of(network_, v);
    for_each_portion(batch_, workspace_, [&](const learn::Batch& portion) {
      const Forward forward(network_, w, portion.x, workspace_);
      const kernels::SoftmaxLoss loss(forward.scores(), portion.y, batch_.rows());
      const Backward backward(forward, loss.gradient());
      const ForwardAlong forward_along(forward, along);
      BackwardAlong(backward, forward_along, loss.gradient_along(forward_along.scores()))
          .add_hessian_product(product);
      cost::count_work({.hessian_rows = portion.rows()});
      if (with_gradient) backward.add_gradient(gradient);
    });
    return h;
  }

 private:
  const model::Lstm& network_;
  const model::Precision precision_;
  const at::Tensor theta_;
  const learn::Batch batch_;
  kernels::Workspace& workspace_;
};

class LstmEngine final : public ClientEngine {
 public:
  LstmEngine(const model::Lstm& network, model::Precision precision)
      : network_(network), precision_(precision) {}

 protected:
  std::unique_ptr<BatchLoss> client_loss(const at::Tensor& theta, const learn::Batch& batch) const override {
    return std::make_unique<LstmLoss>(network_, precision_, theta, batch, workspace_);
  }
  at::Tensor client_scores(const at::Tensor& theta, const at::Tensor& x) const override {
    const DerivedPasses passes(precision_);
    const auto w = parts_of(network_, theta);
    std::vector<at::Tensor> scores;
    for_each_portion({x, at::empty({x.size(0)}, at::kLong)}, workspace_, [&](const learn::Batch& portion) {
      scores.push_back(Forward(network_, w, portion.x, workspace_).scores());
    });
    return at::cat(scores);
  }

 private:
  const model::Lstm& network_;
  const model::Precision precision_;
  mutable kernels::Workspace workspace_;
};

}  // namespace

std::unique_ptr<learn::Engine> offer_lstm_engine(const model::Network& network, at::Device device,
                                                 const EngineChoice& choice) {
  const auto* lstm = dynamic_cast<const model::Lstm*>(&network);
  if (!lstm || !device.is_cpu()) return {};
  return std::make_unique<LstmEngine>(*lstm, choice.precision);
}

}  // namespace fedmeta::engine
