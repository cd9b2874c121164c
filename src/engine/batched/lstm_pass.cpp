// The text networks for all clients of a group: word vectors, LSTM layers, linear layers on the last step's
// output. Tensors of all steps are [G, length, n, ...].
#include <ATen/ATen.h>

#include <deque>

#include "engine/batched/group_products.hpp"
#include "engine/batched/lstm_layer.hpp"
#include "engine/batched/pass.hpp"
#include "model/lstm.hpp"

namespace fedmeta::engine::batched {
namespace {

/// Where a network's parts lie among its blocks.
class Places {
 public:
  explicit Places(const model::Lstm& network)
      : learns_vectors(!network.vectors().defined()),
        layers(static_cast<std::size_t>(network.sizes().layers)),
        linears(network.sizes().head > 0 ? 2 : 1),
        biases_(network.sizes().two_biases ? 2 : 1) {}

  /// The first block of a layer: ih, then hh and the biases.
  std::size_t layer(std::size_t l) const { return (learns_vectors ? 1 : 0) + l * (2 + biases_); }
  /// The weight of a linear layer, with its bias behind it.
  std::size_t linear(std::size_t j) const { return layer(layers) + 2 * j; }
  LstmWeights weights(const model::Weights& blocks, std::size_t l) const {
    const auto first = blocks.begin() + static_cast<std::ptrdiff_t>(layer(l));
    return {first[0], first[1], {first + 2, first + 2 + static_cast<std::ptrdiff_t>(biases_)}};
  }

  const bool learns_vectors;
  const std::size_t layers, linears;

 private:
  std::size_t biases_;
};

/// z = h W' + b
at::Tensor affine(const at::Tensor& h, const model::Weights& w, std::size_t block) {
  return product(h, transposed(w[block])).add_(w[block + 1].unsqueeze(1));
}

/// The last step's [G, n, hidden] within zeros for all others.
at::Tensor in_last_step(const at::Tensor& of_last, std::int64_t length) {
  auto all = at::zeros({of_last.size(0), length, of_last.size(1), of_last.size(2)}, of_last.options());
  all.select(1, length - 1).copy_(of_last);
  return all;
}

/// Token ids [G, n, length] by step, and for tables of their own of the clients, one after the other.
class Tokens {
 public:
  Tokens(const at::Tensor& ids, std::int64_t words) : words_(words), ids_(ids.transpose(1, 2)) {
    const auto clients = ids.size(0);
    const auto first = at::arange(clients, ids.options()).mul_(words).view({clients, 1, 1});
    own_ = at::where(ids_.lt(words), ids_ + first, clients * words);
  }

  std::int64_t length() const { return ids_.size(1); }
  /// Vectors of all steps, from one table for all clients [words, width] ...
  at::Tensor shared_vectors(const at::Tensor& table) const { return model::embedded(table, ids_); }
  /// ... or one for each [G, words, width].
  at::Tensor own_vectors(const at::Tensor& tables) const {
    return model::embedded(tables.flatten(0, 1), own_);
  }
  /// The tables' gradients from those of the places where their vectors stand; unknown words have none. A
  /// product, since on a GPU ATen's own function adds in an order that changes from call to call.
  at::Tensor to_tables(const at::Tensor& of_places) const {
    const auto words = at::arange(words_, ids_.options());
    const auto stands_at = ids_.flatten(1, 2).unsqueeze(2).eq(words).to(of_places.scalar_type());
    return product_over_rows(transposed(stands_at), of_places.flatten(1, 2));
  }

 private:
  std::int64_t words_;
  at::Tensor ids_, own_;  ///< [G, length, n]
};

class LstmPass final : public Pass {
 public:
  LstmPass(const model::Lstm& network, model::Weights w, const at::Tensor& x)
      : places_(network),
        w_(std::move(w)),
        tokens_(x, places_.learns_vectors ? w_[0].size(1) : network.vectors().size(0)) {
    auto h = places_.learns_vectors ? tokens_.own_vectors(w_[0]) : tokens_.shared_vectors(network.vectors());
    h = h.to(w_.back().scalar_type());
    for (std::size_t l = 0; l < places_.layers; ++l)
      h = forward_.emplace_back(places_.weights(w_, l), h).output();
    outputs_.push_back(h.select(1, tokens_.length() - 1));
    for (std::size_t j = 0; j < places_.linears; ++j)
      outputs_.push_back(affine(outputs_.back(), w_, places_.linear(j)));
  }

  const at::Tensor& scores() const override { return outputs_.back(); }

  void go_back(const at::Tensor& dscores) override {
    gradients_.assign(outputs_.size(), dscores);
    for (auto j = places_.linears; j-- > 0;)
      gradients_[j] = product(gradients_[j + 1], w_[places_.linear(j)]);
    dx_ = in_last_step(gradients_[0], tokens_.length());
    for (auto l = places_.layers; l-- > 0;) {
      const auto& layer = backward_.emplace_front(forward_[l], dx_);
      if (reads_trained_inputs(l)) dx_ = layer.input_gradient();
    }
  }

  void add_gradient(Sums& g) const override {
    for (std::size_t j = 0; j < places_.linears; ++j) {
      g.add_product(places_.linear(j), transposed(gradients_[j + 1]), outputs_[j]);
      g.add_rows(places_.linear(j) + 1, gradients_[j + 1]);
    }
    for (std::size_t l = 0; l < places_.layers; ++l) backward_[l].add_gradient(places_.layer(l), g);
    if (places_.learns_vectors) g.add(0, tokens_.to_tables(dx_));
  }

  void add_hessian_product(const model::Weights& v, const SoftmaxLosses& losses, Sums& h) const override {
    const Along along(*this, v);
    auto rgradient = losses.gradient_along(along.outputs.back());
    for (auto j = places_.linears; j-- > 0;) {
      const auto block = places_.linear(j);
      h.add_product(block, transposed(rgradient), outputs_[j]);
      h.add_product(block, transposed(gradients_[j + 1]), along.outputs[j]);
      h.add_rows(block + 1, rgradient);
      rgradient = product(rgradient, w_[block]);
      add_product(rgradient, gradients_[j + 1], v[block]);
    }
    auto rdx = in_last_step(rgradient, tokens_.length());
    for (auto l = places_.layers; l-- > 0;) {
      const LstmBackwardAlong layer(along.layers[l], rdx);
      layer.add_gradient(places_.layer(l), h);
      if (reads_trained_inputs(l)) rdx = layer.input_gradient();
    }
    if (places_.learns_vectors) h.add(0, tokens_.to_tables(rdx));
  }

 private:
  /// The forward pass along v.
  struct Along {
    Along(const LstmPass& pass, const model::Weights& v) {
      const auto& places = pass.places_;
      at::Tensor rh;
      if (places.learns_vectors) rh = pass.tokens_.own_vectors(v[0]);
      for (std::size_t l = 0; l < places.layers; ++l)
        rh = layers.emplace_back(pass.backward_[l], rh, places.weights(v, l)).output();
      outputs.push_back(rh.select(1, pass.tokens_.length() - 1));
      for (std::size_t j = 0; j < places.linears; ++j) {
        auto r = affine(pass.outputs_[j], v, places.linear(j));
        add_product(r, outputs.back(), transposed(pass.w_[places.linear(j)]));
        outputs.push_back(r);
      }
    }

    std::deque<LstmForwardAlong> layers;
    std::vector<at::Tensor> outputs;
  };

  bool reads_trained_inputs(std::size_t layer) const { return layer > 0 || places_.learns_vectors; }

  const Places places_;
  const model::Weights w_;
  const Tokens tokens_;
  // Layers refer to each other, so their places must not change.
  std::deque<LstmForward> forward_;
  std::deque<LstmBackward> backward_;
  std::vector<at::Tensor> outputs_, gradients_;  ///< into the first linear layer, then out of each
  at::Tensor dx_;
};

class LstmPasses final : public Passes {
 public:
  explicit LstmPasses(const model::Lstm& network) : network_(network) {}

  std::unique_ptr<Pass> forward(const model::Weights& w, const at::Tensor& x) const override {
    return std::make_unique<LstmPass>(network_, w, x);
  }
  // Gates, slopes and gradients, each of four; c, tanh c, h, their gradients; and of the derivatives as much.
  std::int64_t numbers_in_work() const override { return 2 * numbers_kept(); }
  std::int64_t numbers_kept() const override {
    const auto& s = network_.sizes();
    return s.length * s.layers * s.hidden * 19;
  }

 private:
  const model::Lstm& network_;
};

}  // namespace

std::unique_ptr<Passes> lstm_passes(const model::Network& network) {
  const auto* lstm = dynamic_cast<const model::Lstm*>(&network);
  return lstm ? std::make_unique<LstmPasses>(*lstm) : nullptr;
}

}  // namespace fedmeta::engine::batched
