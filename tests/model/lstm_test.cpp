// The LSTM against its equations, written once more with loops over single numbers.
#include "model/lstm.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace fedmeta::model {
namespace {

using Values = std::vector<double>;

Values values(const at::Tensor& tensor) {
  const auto flat = tensor.contiguous();
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

/// weight [out, in]
Values connected(const Values& in, const at::Tensor& weight, const at::Tensor& bias) {
  const auto w = values(weight);
  Values out = values(bias);
  for (std::size_t o = 0; o < out.size(); ++o)
    for (std::size_t i = 0; i < in.size(); ++i) out[o] += w[o * in.size() + i] * in[i];
  return out;
}

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

/// Outputs of all steps; gates in the order i, f, g, o.
std::vector<Values> layer(const std::vector<Values>& inputs, const at::Tensor& weight_ih,
                          const at::Tensor& weight_hh, const at::Tensor& bias) {
  const auto hidden = static_cast<std::size_t>(weight_hh.size(1));
  Values h(hidden), c(hidden);
  std::vector<Values> outputs;
  for (const auto& x : inputs) {
    const auto of_x = connected(x, weight_ih, bias), of_h = connected(h, weight_hh, at::zeros_like(bias));
    for (std::size_t u = 0; u < hidden; ++u) {
      const auto gate = [&](std::size_t g) { return of_x[g * hidden + u] + of_h[g * hidden + u]; };
      c[u] = sigmoid(gate(1)) * c[u] + sigmoid(gate(0)) * std::tanh(gate(2));
      h[u] = sigmoid(gate(3)) * std::tanh(c[u]);
    }
    outputs.push_back(h);
  }
  return outputs;
}

/// One sequence; w after the embedding: two layers of three blocks, a head, the last layer.
Values logits_by_hand(const Weights& w, const at::Tensor& table, const at::Tensor& ids) {
  std::vector<Values> steps;
  for (std::int64_t t = 0; t < ids.size(0); ++t) {
    const auto id = ids[t].item<std::int64_t>();
    steps.push_back(id < table.size(0) ? values(table[id])
                                       : Values(static_cast<std::size_t>(table.size(1)), 0.0));
  }
  steps = layer(layer(steps, w[0], w[1], w[2]), w[3], w[4], w[5]);
  return connected(connected(steps.back(), w[6], w[7]), w[8], w[9]);
}

constexpr Lstm::Sizes small{.length = 5, .words = 6, .embedding = 3, .hidden = 4, .head = 5, .classes = 2};

void expect_logits(const at::Tensor& logits, const Weights& w, const at::Tensor& table,
                   const at::Tensor& ids) {
  ASSERT_EQ(logits.sizes(), at::IntArrayRef({ids.size(0), small.classes}));
  for (std::int64_t n = 0; n < ids.size(0); ++n) {
    const auto expected = logits_by_hand(w, table, ids[n]);
    for (std::int64_t c = 0; c < small.classes; ++c)
      EXPECT_NEAR(logits[n][c].item<double>(), expected[static_cast<std::size_t>(c)], 1e-13);
  }
}

class SmallLstm : public testing::TestWithParam<const Products*> {
 protected:
  SmallLstm() { at::manual_seed(6); }
  Weights random_weights(const Lstm& lstm) const {
    return lstm.layout().views(at::randn({lstm.layout().size()}, at::kDouble));
  }
  // With the unknown token.
  const at::Tensor ids = at::tensor({0, 1, 2, 6, 4, 5, 5, 3, 6, 0, 6, 2, 2, 2, 1}, at::kLong).view({3, 5});
};

TEST_P(SmallLstm, ComputesWhatLoopsCompute) {
  const Lstm lstm(small);
  auto w = random_weights(lstm);
  const auto table = w[0];
  const auto logits = lstm.logits(w, ids, *GetParam(), 0);
  w.erase(w.begin());
  expect_logits(logits, w, table, ids);
}

TEST_P(SmallLstm, TakesFrozenVectorsInTheirOwnType) {
  const auto vectors = at::randn({6, 7});
  const Lstm lstm(small, vectors);
  EXPECT_EQ(lstm.layout().blocks()[0].name, "lstm1.weight_ih");
  EXPECT_EQ(lstm.layout().blocks()[0].shape, (std::vector<std::int64_t>{16, 7}));
  const auto w = random_weights(lstm);
  expect_logits(lstm.logits(w, ids, *GetParam(), 0), w, vectors.to(at::kDouble), ids);
}

TEST_P(SmallLstm, AddsUpTwoBiases) {
  auto sizes = small;
  sizes.two_biases = true;
  const Lstm one(small), two(sizes);
  const auto w = random_weights(two);
  const Weights joined{w[0], w[1], w[2], w[3] + w[4], w[5], w[6], w[7] + w[8], w[9], w[10], w[11], w[12]};
  const auto difference = two.logits(w, ids, *GetParam(), 0) - one.logits(joined, ids, *GetParam(), 0);
  EXPECT_LT(difference.abs().max().item<double>(), 1e-13);
}

INSTANTIATE_TEST_SUITE_P(Products, SmallLstm, testing::Values(&counted_products(), &plain_products()));

TEST(Lstm, CountsItsForwardFlops) {
  // A step: 4 gates x 4 units x (3 + 4) inputs, and x (4 + 4); then 4 x 5 and 5 x 2.
  EXPECT_EQ(Lstm(small).forward_flops_per_sample(), 2 * (5 * 16 * (7 + 8) + 20 + 10));
}

}  // namespace
}  // namespace fedmeta::model
