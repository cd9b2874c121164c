// Names: d... is the loss's gradient with respect to ..., R... the derivative along v.
#include "engine/lstm_engine.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "cost/work_done.hpp"
#include "engine/client_engine.hpp"
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

/// The parameters by their parts, or a direction in them, or a gradient: views.
struct Parts {
  at::Tensor table;  ///< [words, width]; undefined where the vectors are frozen
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

/// Some rows of a batch at one theta: what the passes leave.
class Pass {
 public:
  Pass(const model::Lstm& network, const Parts& w, const at::Tensor& x, kernels::Workspace& workspace)
      : workspace_(workspace), w_(w), n_(x.size(0)), length_(x.size(1)), ids_(x.t().reshape({-1})) {
    const auto& table = w_.table.defined() ? w_.table : network.vectors();
    auto h = model::embedded(table, ids_).to(w_.layers[0].hh.scalar_type());
    for (const auto& weights : w_.layers)
      h = layers_.emplace_back(weights, length_, n_, workspace_).forward(h);
    outputs_.push_back(last_step(h));
    for (const auto& linear : w_.linears)
      outputs_.push_back(product(outputs_.back(), linear.weight.t()).add_(linear.bias));
  }

  const at::Tensor& scores() const { return outputs_.back(); }

  void backward(const at::Tensor& dscores) {
    gradients_.assign(outputs_.size(), dscores);
    for (auto j = w_.linears.size(); j-- > 0;)
      gradients_[j] = product(gradients_[j + 1], w_.linears[j].weight);
    auto dh = in_last_step(gradients_[0]);
    for (auto l = layers_.size(); l-- > 0;) {
      layers_[l].backward(dh);
      if (l > 0 || w_.table.defined()) dh = layers_[l].input_gradient();
    }
    dx_ = dh;
  }
  void add_gradient(Parts& g) const {
    for (std::size_t j = 0; j < w_.linears.size(); ++j) {
      add_product(g.linears[j].weight, gradients_[j + 1].t(), outputs_[j]);
      g.linears[j].bias.add_(gradients_[j + 1].sum(0));
    }
    for (std::size_t l = 0; l < layers_.size(); ++l) layers_[l].add_gradient(g.layers[l]);
    if (w_.table.defined()) add_to_table(g.table, dx_);
  }

  /// Rscores
  at::Tensor forward_along(const Parts& v) {
    at::Tensor rh;
    if (w_.table.defined()) rh = model::embedded(v.table, ids_);
    for (std::size_t l = 0; l < layers_.size(); ++l) rh = layers_[l].forward_along(rh, v.layers[l]);
    routputs_.push_back(last_step(rh));
    for (std::size_t j = 0; j < w_.linears.size(); ++j) {
      auto r = product(routputs_[j], w_.linears[j].weight.t()).add_(v.linears[j].bias);
      add_product(r, outputs_[j], v.linears[j].weight.t());
      routputs_.push_back(r);
    }
    return routputs_.back();
  }
  void backward_along(const at::Tensor& rdscores, const Parts& v) {
    rgradients_.assign(routputs_.size(), rdscores);
    for (auto j = w_.linears.size(); j-- > 0;) {
      rgradients_[j] = product(rgradients_[j + 1], w_.linears[j].weight);
      add_product(rgradients_[j], gradients_[j + 1], v.linears[j].weight);
    }
    auto rdh = in_last_step(rgradients_[0]);
    for (auto l = layers_.size(); l-- > 0;) {
      layers_[l].backward_along(rdh, v.layers[l]);
      if (l > 0 || w_.table.defined()) rdh = layers_[l].input_gradient_along(v.layers[l]);
    }
    rdx_ = rdh;
  }
  void add_hessian_product(Parts& h) const {
    for (std::size_t j = 0; j < w_.linears.size(); ++j) {
      add_product(h.linears[j].weight, rgradients_[j + 1].t(), outputs_[j]);
      add_product(h.linears[j].weight, gradients_[j + 1].t(), routputs_[j]);
      h.linears[j].bias.add_(rgradients_[j + 1].sum(0));
    }
    for (std::size_t l = 0; l < layers_.size(); ++l) layers_[l].add_gradient_along(h.layers[l]);
    if (w_.table.defined()) add_to_table(h.table, rdx_);
  }

 private:
  at::Tensor last_step(const at::Tensor& of_all) const { return of_all.narrow(0, (length_ - 1) * n_, n_); }
  /// The last step's [n, hidden] within zeros for all others.
  at::Tensor in_last_step(const at::Tensor& of_last) const {
    auto of_all = workspace_.take(length_ * n_, of_last.size(1), of_last.options()).zero_();
    last_step(of_all).copy_(of_last);
    return of_all;
  }
  /// The vectors' gradients from those of the places where they stand; unknown words have none.
  void add_to_table(at::Tensor& table, const at::Tensor& of_places) const {
    const auto words = table.size(0);
    const auto sums = at::embedding_dense_backward(of_places, ids_.clamp_max(words), words + 1, words, false);
    table.add_(sums.narrow(0, 0, words));
  }

  kernels::Workspace& workspace_;
  const Parts& w_;
  std::int64_t n_, length_;
  at::Tensor ids_;  ///< [length n], as all tensors of all steps
  std::vector<LstmLayer> layers_;
  // What goes into the first linear layer, then what comes out of each.
  std::vector<at::Tensor> outputs_, gradients_, routputs_, rgradients_;
  at::Tensor dx_, rdx_;
};

/// Calls `work` with a large batch in portions of nearly the same size: enough rows for the products' full
/// rate, few enough for the steps' arrays to stay small.
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
  LstmLoss(const model::Lstm& network, at::Tensor theta, learn::Batch batch, kernels::Workspace& workspace)
      : network_(network), theta_(std::move(theta)), batch_(std::move(batch)), workspace_(workspace) {}

  Gradient gradient() override {
    const at::NoGradGuard plain;
    Gradient g{at::zeros_like(theta_), at::zeros({}, theta_.options())};
    auto sum = parts_of(network_, g.value);
    const auto w = parts_of(network_, theta_);
    for_each_portion(batch_, workspace_, [&](const learn::Batch& portion) {
      Pass pass(network_, w, portion.x, workspace_);
      const kernels::SoftmaxLoss loss(pass.scores(), portion.y, batch_.rows());
      pass.backward(loss.gradient());
      pass.add_gradient(sum);
      cost::count_work({.gradient_rows = portion.rows()});
      g.loss.add_(loss.value());
    });
    return g;
  }

  HessianProduct hessian_product(const at::Tensor& v, bool with_gradient) override {
    const at::NoGradGuard plain;
    HessianProduct h{with_gradient ? at::zeros_like(theta_) : at::Tensor(), at::zeros_like(theta_)};
    auto product = parts_of(network_, h.value),
         gradient = with_gradient ? parts_of(network_, h.gradient) : Parts();
    const auto w = parts_of(network_, theta_), along = parts_of(network_, v);
    for_each_portion(batch_, workspace_, [&](const learn::Batch& portion) {
      Pass pass(network_, w, portion.x, workspace_);
      const kernels::SoftmaxLoss loss(pass.scores(), portion.y, batch_.rows());
      pass.backward(loss.gradient());
      const auto rscores = pass.forward_along(along);
      pass.backward_along(loss.gradient_along(rscores), along);
      pass.add_hessian_product(product);
      cost::count_work({.hessian_rows = portion.rows()});
      if (with_gradient) pass.add_gradient(gradient);
    });
    return h;
  }

 private:
  const model::Lstm& network_;
  const at::Tensor theta_;
  const learn::Batch batch_;
  kernels::Workspace& workspace_;
};

class LstmEngine final : public ClientEngine {
 public:
  explicit LstmEngine(const model::Lstm& network) : network_(network) {}

 protected:
  std::unique_ptr<BatchLoss> client_loss(const at::Tensor& theta, const learn::Batch& batch) const override {
    return std::make_unique<LstmLoss>(network_, theta, batch, workspace_);
  }
  at::Tensor client_scores(const at::Tensor& theta, const at::Tensor& x) const override {
    const at::NoGradGuard plain;
    const auto w = parts_of(network_, theta);
    std::vector<at::Tensor> scores;
    for_each_portion({x, at::empty({x.size(0)}, at::kLong)}, workspace_, [&](const learn::Batch& portion) {
      scores.push_back(Pass(network_, w, portion.x, workspace_).scores());
    });
    return at::cat(scores);
  }

 private:
  const model::Lstm& network_;
  mutable kernels::Workspace workspace_;
};

}  // namespace

std::unique_ptr<learn::Engine> offer_lstm_engine(const model::Network& network, at::Device device,
                                                 model::Precision precision) {
  const auto* lstm = dynamic_cast<const model::Lstm*>(&network);
  if (!lstm || !device.is_cpu() || precision != model::Precision::fp32) return {};
  return std::make_unique<LstmEngine>(*lstm);
}

}  // namespace fedmeta::engine
