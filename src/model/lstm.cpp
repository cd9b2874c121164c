#include "model/lstm.hpp"

#include <ATen/ATen.h>

namespace fedmeta::model {
namespace {

struct State {
  at::Tensor h, c;  ///< [n, hidden]; undefined before the first step
};

/// Computes one step from the gates [n, 4 hidden], i, f, g, o before their activations (Hochreiter &
/// Schmidhuber 1997 with forget gates, Gers et al. 2000; no peepholes).
State stepped(const at::Tensor& gates, const at::Tensor& c) {
  const auto hidden = gates.size(1) / 4;
  const auto parts = gates.split_with_sizes({2 * hidden, hidden, hidden}, 1);
  const auto input_forget = parts[0].sigmoid().chunk(2, 1);
  const auto g = parts[1].tanh(), o = parts[2].sigmoid();
  const auto fresh = input_forget[0] * g;
  const auto next = c.defined() ? fresh + input_forget[1] * c : fresh;
  return {o * next.tanh(), next};
}

/// Runs a layer on x [length, n, inputs]. Returns the outputs of all steps, each [n, hidden].
std::vector<at::Tensor> lstm_layer(const at::Tensor& x, const at::Tensor& weight_ih,
                                   const at::Tensor& weight_hh, const at::Tensor& bias,
                                   const Products& products) {
  // One product serves the inputs of all steps. The backward of unbind is a single stack, unlike that of one
  // select per step.
  const auto inputs = products.linear(x.flatten(0, 1), weight_ih, bias).view({x.size(0), x.size(1), -1});
  State state;
  std::vector<at::Tensor> outputs;
  for (const auto& input : inputs.unbind(0)) {
    // The first step has no previous output, so its recurrent product is left out.
    const auto gates = state.h.defined() ? products.linear(state.h, weight_hh, input) : input;
    state = stepped(gates, state.c);
    outputs.push_back(state.h);
  }
  return outputs;
}

}  // namespace

at::Tensor embedded(const at::Tensor& table, const at::Tensor& ids) {
  const auto known = ids < table.size(0);
  return at::embedding(table, at::where(known, ids, 0)) * known.unsqueeze(-1);
}

Lstm::Lstm(const Sizes& sizes, at::Tensor vectors) : sizes_(sizes), vectors_(std::move(vectors)) {
  const auto& s = sizes_;
  if (!vectors_.defined())
    layout_.add("embedding.weight", {s.words, s.embedding}, embedding_start(s.words, s.embedding));
  for (std::int64_t l = 0; l < s.layers; ++l)
    add_layer("lstm" + std::to_string(l + 1), l == 0 ? width() : s.hidden);
  if (s.head > 0) layout_.add_layer("head", {s.head, s.hidden});
  layout_.add_layer("fc", {s.classes, s.head > 0 ? s.head : s.hidden});
}

void Lstm::add_layer(const std::string& name, std::int64_t inputs) {
  const auto h = sizes_.hidden;
  layout_.add(name + ".weight_ih", {4 * h, inputs}, lstm_kernel_start(inputs, h));
  layout_.add(name + ".weight_hh", {4 * h, h}, lstm_kernel_start(inputs, h));
  layout_.add(name + (sizes_.two_biases ? ".bias_ih" : ".bias"), {4 * h}, lstm_bias_start(h, true));
  if (sizes_.two_biases) layout_.add(name + ".bias_hh", {4 * h}, lstm_bias_start(h, false));
}

std::int64_t Lstm::forward_flops_per_sample() const {
  const auto& s = sizes_;
  const auto inputs = width() + (s.layers - 1) * s.hidden, outputs = s.layers * s.hidden;
  const auto last = s.head > 0 ? s.hidden * s.head + s.head * s.classes : s.hidden * s.classes;
  return 2 * (s.length * 4 * s.hidden * (inputs + outputs) + last);
}

at::Tensor Lstm::logits(const Weights& weights, const at::Tensor& x, const Products& products,
                        std::uint64_t /*dropout*/) const {
  auto w = weights.begin();
  const auto& table = vectors_.defined() ? vectors_ : *w++;
  auto h = embedded(table, x.t()).to(weights[0].scalar_type());
  at::Tensor last;
  for (std::int64_t l = 0; l < sizes_.layers; ++l) {
    const auto &weight_ih = *w++, &weight_hh = *w++;
    at::Tensor bias = *w++;
    if (sizes_.two_biases) bias = bias + *w++;
    const auto outputs = lstm_layer(h, weight_ih, weight_hh, bias, products);
    last = outputs.back();
    if (l + 1 < sizes_.layers) h = at::stack(outputs);
  }
  if (sizes_.head > 0) {
    last = products.linear(last, w[0], w[1]);
    w += 2;
  }
  return products.linear(last, w[0], w[1]);
}

std::unique_ptr<Network> make_lstm(const ModelPlan& plan) {
  Lstm::Sizes sizes;
  sizes.length = plan.features;
  sizes.words = plan.tokens;
  sizes.hidden = plan.vectors.defined() ? 100 : 256;  // Sent140's and Shakespeare's width
  sizes.head = plan.option<std::int64_t>("head");
  sizes.classes = plan.classes;
  sizes.two_biases = plan.option<std::string>("lstm-bias") == "torch";
  return std::make_unique<Lstm>(sizes, plan.vectors);
}

}  // namespace fedmeta::model
