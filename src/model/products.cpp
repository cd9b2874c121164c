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
                            Shape weight_shape) {
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

/// x [n, i], w [o, i] -> [n, o].
struct LinearForm {
  static at::Tensor product(const at::Tensor& x, const at::Tensor& w) { return model::product(x, w.t()); }
  static at::Tensor data_gradient(const at::Tensor& g, const at::Tensor& w) { return model::product(g, w); }
  static at::Tensor weight_gradient(const at::Tensor& x, const at::Tensor& g, const Shape&) {
    return model::product(g.t(), x);
  }
};

/// x [n, ci, h, w], w [co, ci, k, k] -> [n, co, h', w'].
template <Padding padding>
struct ConvolutionForm {
  static at::Tensor product(const at::Tensor& x, const at::Tensor& w) { return convolution(x, w, padding); }
  static at::Tensor data_gradient(const at::Tensor& g, const at::Tensor& w) {
    return convolution_data_gradient(g, w, padding);
  }
  static at::Tensor weight_gradient(const at::Tensor& x, const at::Tensor& g, const Shape& shape) {
    return convolution_weight_gradient(x, g, shape[2], padding);
  }
};

class CountedProducts final : public Products {
 public:
  at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) const override {
    return Product<LinearForm>::apply(x, weight) + bias;
  }
  at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                         Padding padding) const override {
    const auto y = padding == Padding::same ? Product<ConvolutionForm<Padding::same>>::apply(x, weight)
                                            : Product<ConvolutionForm<Padding::valid>>::apply(x, weight);
    return y + bias.view({1, -1, 1, 1});
  }
};

class PlainProducts final : public Products {
 public:
  at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) const override {
    return at::addmm(bias, x, weight.t());
  }
  at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                         Padding padding) const override {
    return at::conv2d(x, weight, bias, {1, 1}, padding == Padding::same ? "same" : "valid");
  }
};

}  // namespace

const Products& counted_products() {
  static const CountedProducts products;
  return products;
}

const Products& plain_products() {
  static const PlainProducts products;
  return products;
}

}  // namespace fedmeta::model
