#include "kernels/direct_products.hpp"

#include <ATen/ATen.h>

#include "cost/executed_flops.hpp"
#include "kernels/thin_product.hpp"

namespace fedmeta::kernels {
namespace {

void count_product(const at::Tensor& a, const at::Tensor& b) {
  cost::count_executed_flops(2 * a.size(0) * a.size(1) * b.size(1));
}

void count_batch_product(const at::Tensor& a, const at::Tensor& b) {
  cost::count_executed_flops(2 * a.numel() * b.size(2));
}

/// Counts a convolution from ci channels to an output [n, co, h, w].
void count_convolution(const at::Tensor& output, std::int64_t ci, std::int64_t kernel) {
  cost::count_executed_flops(2 * output.numel() * ci * kernel * kernel);
}

std::int64_t margin_of(Padding padding, std::int64_t kernel) {
  return padding == Padding::same ? kernel / 2 : 0;
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> backward(const at::Tensor& g, const at::Tensor& x,
                                                        const at::Tensor& w, Padding padding,
                                                        std::array<bool, 3> wanted) {
  const auto m = margin_of(padding, w.size(2));
  return at::convolution_backward(g, x, w, at::OptionalIntArrayRef(), {1, 1}, {m, m}, {1, 1}, false, {0, 0},
                                  1, wanted);
}

}  // namespace

at::Tensor product(const Factor& left, const Factor& right) {
  const auto &a = left.value(), &b = right.value();
  count_product(a, b);
  if (a.is_cpu() && a.size(0) <= most_thin_rows) {
    auto out = at::zeros({a.size(0), b.size(1)}, a.options());
    if (add_thin_product(out, a, b)) return out;
  }
  return at::mm(a, b);
}

void product_into(at::Tensor out, const Factor& a, const Factor& b) {
  count_product(a.value(), b.value());
  at::mm_out(out, a.value(), b.value());
}

void add_product(const at::Tensor& out, const Factor& left, const Factor& right) {
  const auto &a = left.value(), &b = right.value();
  count_product(a, b);
  if (!add_thin_product(out, a, b)) out.addmm_(a, b);
}

at::Tensor batch_product(const at::Tensor& a, const at::Tensor& b) {
  count_batch_product(a, b);
  return at::bmm(a, b);
}

void batch_product_into(at::Tensor out, const at::Tensor& a, const at::Tensor& b) {
  count_batch_product(a, b);
  at::bmm_out(out, a, b);
}

void add_batch_product(const at::Tensor& out, const at::Tensor& a, const at::Tensor& b) {
  count_batch_product(a, b);
  out.baddbmm_(a, b);
}

at::Tensor convolution(const at::Tensor& x, const at::Tensor& w, Padding padding) {
  const auto m = margin_of(padding, w.size(2));
  auto y = at::convolution(x, w, {}, {1, 1}, {m, m}, {1, 1}, false, {0, 0}, 1);
  count_convolution(y, w.size(1), w.size(2));
  return y;
}

// convolution_backward takes all tensors, but reads only the shape of the one with respect to which it
// differentiates.
at::Tensor convolution_data_gradient(const at::Tensor& g, const at::Tensor& w, Padding padding) {
  const auto shrunk = w.size(2) - 1 - 2 * margin_of(padding, w.size(2));
  const auto x = at::empty({g.size(0), w.size(1), g.size(2) + shrunk, g.size(3) + shrunk}, g.options(),
                           at::MemoryFormat::ChannelsLast);
  count_convolution(g, w.size(1), w.size(2));
  return std::get<0>(backward(g, x, w, padding, {true, false, false}));
}

at::Tensor convolution_weight_gradient(const at::Tensor& x, const at::Tensor& g, std::int64_t kernel,
                                       Padding padding) {
  count_convolution(g, x.size(1), kernel);
  const auto w = at::empty({g.size(1), x.size(1), kernel, kernel}, x.options());
  return std::get<1>(backward(g, x, w, padding, {false, true, false}));
}

}  // namespace fedmeta::kernels
