#include "model/products.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "cost/executed_flops.hpp"

namespace fedmeta::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

// ---- a b, and its derivatives g b' and a' g: again products of the same kind -------------------------

struct MatrixProduct : Function<MatrixProduct> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& a, const at::Tensor& b) {
    context->save_for_backward({a, b});
    cost::count_executed_flops(2 * a.size(0) * a.size(1) * b.size(1));
    return at::mm(a, b);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto& g = gradients[0];
    return {context->needs_input_grad(0) ? apply(g, saved[1].t()) : at::Tensor(),
            context->needs_input_grad(1) ? apply(saved[0].t(), g) : at::Tensor()};
  }
};

// ---- the trilinear form <x * w, g> of a convolution --------------------------------------------------
// Its three partial derivatives are the forward pass, the data gradient and the weight gradient; the
// derivatives of each of the three are the other two with one argument exchanged.

std::int64_t convolution_flops(const at::Tensor& image, at::IntArrayRef weight) {
  return 2 * image.size(0) * image.size(2) * image.size(3) * weight[0] * weight[1] * weight[2] * weight[3];
}

std::vector<std::int64_t> same_padding(at::IntArrayRef weight) { return {weight[2] / 2, weight[3] / 2}; }

at::Tensor forward_product(const at::Tensor& x, const at::Tensor& w) {
  cost::count_executed_flops(convolution_flops(x, w.sizes()));
  return at::convolution(x, w, {}, {1, 1}, same_padding(w.sizes()), {1, 1}, false, {0, 0}, 1);
}

at::Tensor partial_gradient(const at::Tensor& g, const at::Tensor& x, const at::Tensor& w, bool of_data) {
  cost::count_executed_flops(convolution_flops(g, w.sizes()));
  const auto [data, weight, bias] =
      at::convolution_backward(g, x, w, at::OptionalIntArrayRef(), {1, 1}, same_padding(w.sizes()), {1, 1}, false,
                               {0, 0}, 1, {of_data, !of_data, false});
  return of_data ? data : weight;
}

struct Convolution;
struct DataGradient;

struct WeightGradient : Function<WeightGradient> {
  /// x, g and the weight's shape -> gradient of the weight.
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& g,
                            std::vector<std::int64_t> shape) {
    context->save_for_backward({x, g});
    // The weight's values are not read, only its shape.
    return partial_gradient(g, x, at::empty(shape, x.options()), false);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients);
};

struct DataGradient : Function<DataGradient> {
  /// g and w -> gradient of x.
  static at::Tensor forward(AutogradContext* context, const at::Tensor& g, const at::Tensor& w) {
    context->save_for_backward({g, w});
    const auto x = at::empty({g.size(0), w.size(1), g.size(2), g.size(3)}, g.options(), at::MemoryFormat::ChannelsLast);
    return partial_gradient(g, x, w, true);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients);
};

struct Convolution : Function<Convolution> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& w) {
    context->save_for_backward({x, w});
    return forward_product(x, w);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w = saved[1], &g = gradients[0];
    return {context->needs_input_grad(0) ? DataGradient::apply(g, w) : at::Tensor(),
            context->needs_input_grad(1) ? WeightGradient::apply(x, g, w.sizes().vec()) : at::Tensor()};
  }
};

variable_list WeightGradient::backward(AutogradContext* context, variable_list gradients) {
  const auto saved = context->get_saved_variables();
  const auto &x = saved[0], &g = saved[1], &v = gradients[0];
  return {context->needs_input_grad(0) ? DataGradient::apply(g, v) : at::Tensor(),
          context->needs_input_grad(1) ? Convolution::apply(x, v) : at::Tensor(), at::Tensor()};
}

variable_list DataGradient::backward(AutogradContext* context, variable_list gradients) {
  const auto saved = context->get_saved_variables();
  const auto &g = saved[0], &w = saved[1], &h = gradients[0];
  return {context->needs_input_grad(0) ? Convolution::apply(h, w) : at::Tensor(),
          context->needs_input_grad(1) ? WeightGradient::apply(h, g, w.sizes().vec()) : at::Tensor()};
}

class CountedProducts final : public Products {
 public:
  at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) const override {
    return MatrixProduct::apply(x, weight.t()) + bias;
  }
  at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) const override {
    return Convolution::apply(x, weight) + bias.view({1, -1, 1, 1});
  }
};

class PlainProducts final : public Products {
 public:
  at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) const override {
    return at::linear(x, weight, bias);
  }
  at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) const override {
    return at::conv2d(x, weight, bias, {1, 1}, same_padding(weight.sizes()));
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
