#include "model/products.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

namespace fedmeta::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;
using Shape = std::vector<std::int64_t>;

// A layer's product is bilinear in its input x and its weight w, so <product(x, w), g> is linear in each of
// x, w and g. Its partial derivatives are the product itself, the data gradient and the weight gradient;
// the derivatives of each of the three are the other two with one argument exchanged.

template <class Form>
struct Product;
template <class Form>
struct DataGradient;

template <class Form>
struct WeightGradient : Function<WeightGradient<Form>> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& g,
                            const Shape& weight_shape) {
    context->save_for_backward({x, g});
    return Form::weight_gradient(x, g, weight_shape);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &g = saved[1], &v = gradients[0];
    return {context->needs_input_grad(0) ? DataGradient<Form>::apply(g, v) : at::Tensor(),
            context->needs_input_grad(1) ? Product<Form>::apply(x, v) : at::Tensor(), at::Tensor()};
  }
};

template <class Form>
struct DataGradient : Function<DataGradient<Form>> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& g, const at::Tensor& w) {
    context->save_for_backward({g, w});
    return Form::data_gradient(g, w);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &g = saved[0], &w = saved[1], &h = gradients[0];
    return {context->needs_input_grad(0) ? Product<Form>::apply(h, w) : at::Tensor(),
            context->needs_input_grad(1) ? WeightGradient<Form>::apply(h, g, w.sizes().vec()) : at::Tensor()};
  }
};

template <class Form>
struct Product : Function<Product<Form>> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& w) {
    context->save_for_backward({x, w});
    return Form::product(x, w);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w = saved[1], &g = gradients[0];
    return {context->needs_input_grad(0) ? DataGradient<Form>::apply(g, w) : at::Tensor(),
            context->needs_input_grad(1) ? WeightGradient<Form>::apply(x, g, w.sizes().vec()) : at::Tensor()};
  }
};

/// The product of x [n, i] and w [o, i], giving [n, o], and its gradients.
template <Precision precision>
struct LinearForm {
  static at::Tensor product(const at::Tensor& x, const at::Tensor& w) {
    return kernels::product(factor(x, precision), factor(w, precision).t());
  }
  static at::Tensor data_gradient(const at::Tensor& g, const at::Tensor& w) {
    return kernels::product(factor(g, precision), factor(w, precision));
  }
  static at::Tensor weight_gradient(const at::Tensor& x, const at::Tensor& g, const Shape&) {
    return kernels::product(factor(g, precision).t(), factor(x, precision));
  }
};

/// The convolution of x [n, ci, h, w] with w [co, ci, k, k], giving [n, co, h', w'], and its gradients.
template <Precision precision, kernels::Padding padding>
struct ConvolutionForm {
  static at::Tensor product(const at::Tensor& x, const at::Tensor& w) {
    return kernels::convolution(factor(x, precision), factor(w, precision), padding);
  }
  static at::Tensor data_gradient(const at::Tensor& g, const at::Tensor& w) {
    return kernels::convolution_data_gradient(factor(g, precision), factor(w, precision), padding);
  }
  static at::Tensor weight_gradient(const at::Tensor& x, const at::Tensor& g, const Shape& shape) {
    return kernels::convolution_weight_gradient(factor(x, precision), factor(g, precision), shape[2],
                                                padding);
  }
};

template <Precision precision>
class CountedProducts final : public Products {
 public:
  at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) const override {
    return Product<LinearForm<precision>>::apply(x, weight) + bias;
  }
  at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                         kernels::Padding padding) const override {
    using Same = ConvolutionForm<precision, kernels::Padding::same>;
    using Valid = ConvolutionForm<precision, kernels::Padding::valid>;
    const auto y = padding == kernels::Padding::same ? Product<Same>::apply(x, weight)
                                                     : Product<Valid>::apply(x, weight);
    return y + bias.view({1, -1, 1, 1});
  }
};

/// Returns the rounded factor's value, but with the derivative of x itself.
template <Precision precision>
at::Tensor straight_through(const at::Tensor& x) {
  if constexpr (precision == Precision::fp32) return x;
  return x + (factor(x, precision) - x).detach();
}

template <Precision precision>
class PlainProducts final : public Products {
 public:
  at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) const override {
    return at::addmm(bias, straight_through<precision>(x), straight_through<precision>(weight).t());
  }
  at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                         kernels::Padding padding) const override {
    return at::conv2d(straight_through<precision>(x), straight_through<precision>(weight), bias, {1, 1},
                      padding == kernels::Padding::same ? "same" : "valid");
  }
};

}  // namespace

// tf32 needs no products of its own, since the GPU does the rounding.
const Products& counted_products(Precision precision) {
  static const CountedProducts<Precision::fp32> products;
  static const CountedProducts<Precision::bf16> rounded;
  if (precision == Precision::bf16) return rounded;
  return products;
}

const Products& plain_products(Precision precision) {
  static const PlainProducts<Precision::fp32> products;
  static const PlainProducts<Precision::bf16> rounded;
  if (precision == Precision::bf16) return rounded;
  return products;
}

}  // namespace fedmeta::model
