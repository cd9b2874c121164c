// Counted and plain products must agree in value and in derivatives of every order.
#include "model/products.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "cost/executed_flops.hpp"

namespace fedmeta::model {
namespace {

using Tensors = std::vector<at::Tensor>;

using Call = at::Tensor (*)(const Products&, const Tensors&);

at::Tensor linear(const Products& products, const Tensors& a) {
  return products.linear(a[0], a[1], a[2]);
}

template <kernels::Padding padding>
at::Tensor convolution(const Products& products, const Tensors& a) {
  return products.convolution(a[0], a[1], a[2], padding);
}

struct Layer {
  const char* name;
  Call product;
  std::vector<std::vector<std::int64_t>> shapes;  ///< of x, weight, bias
  std::int64_t flops;
};

std::ostream& operator<<(std::ostream& out, const Layer& layer) {
  return out << layer.name;
}

class ProductsAgree : public testing::TestWithParam<Layer> {
 protected:
  Tensors arguments() const {
    at::manual_seed(11);
    Tensors arguments;
    for (const auto& shape : GetParam().shapes) arguments.push_back(at::randn(shape, at::kDouble));
    return arguments;
  }
  at::Tensor product(const Products& products, const Tensors& a) const {
    return GetParam().product(products, a);
  }
};

double relative_error(const at::Tensor& value, const at::Tensor& reference) {
  return (at::norm(value - reference) / at::norm(reference)).item<double>();
}

TEST_P(ProductsAgree, InValue) {
  const auto a = arguments();
  const auto before = cost::executed_flops();
  const auto counted = product(counted_products(), a);
  EXPECT_EQ(cost::executed_flops() - before, GetParam().flops);
  EXPECT_LT(relative_error(counted, product(plain_products(), a)), 1e-14);
}

at::Tensor rounded(const at::Tensor& x) {
  return x.to(at::kBFloat16).to(x.scalar_type());
}

TEST_P(ProductsAgree, InBf16WithRoundedFactors) {
  auto a = arguments();
  for (auto& argument : a) argument.requires_grad_();
  const auto y = product(counted_products(Precision::bf16), a);
  const auto expected = product(plain_products(), {rounded(a[0]), rounded(a[1]), a[2]});
  EXPECT_LT(relative_error(y, expected), 1e-14);
  EXPECT_GT(relative_error(y, product(plain_products(), a)), 1e-4);

  // Each derivative is the product of the two other factors, rounded.
  const auto g = at::randn_like(y);
  const auto gradients = torch::autograd::grad({y}, a, {g});
  Tensors factors;
  for (const auto& argument : a) factors.push_back(rounded(argument.detach()).requires_grad_());
  const auto plain = torch::autograd::grad({product(plain_products(), factors)}, factors, {rounded(g)});
  for (std::size_t i = 0; i < 2; ++i) EXPECT_LT(relative_error(gradients[i], plain[i]), 1e-14);
}

/// d^order / d(wanted)^order of sum sin(product) along fixed directions, one tensor for each wanted argument.
Tensors derivatives(const at::Tensor& output, const Tensors& wanted, int order) {
  Tensors gradients;
  at::Tensor scalar = output.sin().sum();
  for (int i = 1; i <= order; ++i) {
    gradients = torch::autograd::grad({scalar}, wanted, {}, std::nullopt, /*create_graph=*/true);
    at::manual_seed(i);
    scalar = at::zeros({}, at::kDouble);
    for (const auto& gradient : gradients)
      scalar = scalar + (gradient * at::randn(gradient.sizes(), at::kDouble)).sum();
  }
  return gradients;
}

TEST_P(ProductsAgree, InDerivativesOfEachArgumentUpToTheThird) {
  // Every subset of x, weight and bias: an argument of which no derivative is wanted takes another path.
  for (int subset = 1; subset < 8; ++subset)
    for (int order = 1; order <= 3; ++order) {
      auto a = arguments();
      Tensors wanted;
      for (int i = 0; i < 3; ++i)
        if (subset >> i & 1) wanted.push_back(a[static_cast<std::size_t>(i)].requires_grad_());
      const auto counted = derivatives(product(counted_products(), a), wanted, order);
      const auto plain = derivatives(product(plain_products(), a), wanted, order);
      for (std::size_t i = 0; i < wanted.size(); ++i)
        EXPECT_LT(relative_error(counted[i], plain[i]), 1e-12)
            << "arguments " << subset << ", order " << order << ", derivative " << i;
    }
}

TEST_P(ProductsAgree, WhateverTheMemoryLayout) {
  auto a = arguments();
  const auto expected = product(plain_products(), a);
  if (a[0].dim() == 4)
    a[0] = a[0].contiguous(at::MemoryFormat::ChannelsLast);
  else
    a[0] = a[0].t().contiguous().t();
  const auto x = a[0].requires_grad_(), w = a[1].requires_grad_();
  const auto counted = product(counted_products(), a);
  EXPECT_LT(relative_error(counted, expected), 1e-14);
  const auto gradients = derivatives(counted, {x, w}, 2);
  const auto plain = derivatives(product(plain_products(), a), {x, w}, 2);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_LT(relative_error(gradients[i], plain[i]), 1e-12);
}

INSTANTIATE_TEST_SUITE_P(
    Layers, ProductsAgree,
    testing::Values(Layer{"linear", linear, {{5, 7}, {3, 7}, {3}}, 2 * 5 * 7 * 3},
                    Layer{"linear_and_a_bias_for_each_row", linear, {{5, 7}, {3, 7}, {5, 3}}, 2 * 5 * 7 * 3},
                    Layer{"conv3",
                          convolution<kernels::Padding::same>,
                          {{2, 3, 6, 6}, {4, 3, 3, 3}, {4}},
                          2 * 2 * 36 * 3 * 4 * 9},
                    Layer{"conv5",
                          convolution<kernels::Padding::same>,
                          {{3, 1, 8, 8}, {2, 1, 5, 5}, {2}},
                          2 * 3 * 64 * 2 * 25},
                    Layer{"valid3",
                          convolution<kernels::Padding::valid>,
                          {{2, 3, 6, 5}, {4, 3, 3, 3}, {4}},
                          2 * 2 * 12 * 3 * 4 * 9},
                    Layer{"valid5",
                          convolution<kernels::Padding::valid>,
                          {{3, 1, 8, 8}, {2, 1, 5, 5}, {2}},
                          2 * 3 * 16 * 2 * 25}));

}  // namespace
}  // namespace fedmeta::model
