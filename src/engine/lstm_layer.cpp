#include "engine/lstm_layer.hpp"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>

#include <utility>

#include "kernels/direct_products.hpp"
#include "kernels/lstm_cell.hpp"

namespace fedmeta::engine {
namespace {

using kernels::add_product;
using kernels::product;

// With a few columns, as a learned vector has, the library runs at a tenth of the rate that it has for the
// transposed product (measured: 1,024 x 800 times 800 x 8 at 4 GFLOP/s, transposed at 44).
constexpr std::int64_t few = 16;

/// gradient += da' x
void add_weight_gradient(at::Tensor& gradient, const at::Tensor& da, const at::Tensor& x) {
  if (x.size(1) < few)
    gradient.add_(product(x.t(), da).t());
  else
    add_product(gradient, da.t(), x);
}

/// The rows of each step within an array of all steps.
template <class T>
class Steps {
 public:
  Steps(const at::Tensor& all, std::int64_t n) : data_(all.data_ptr<T>()), step_(n * all.size(1)) {}
  T* operator[](std::int64_t t) const { return data_ + t * step_; }

 private:
  T* data_;
  std::int64_t step_;
};

}  // namespace

LstmLayer::LstmLayer(LstmWeights weights, std::int64_t length, std::int64_t n, kernels::Workspace& workspace)
    : w_(std::move(weights)),
      length_(length),
      n_(n),
      hidden_(w_.hh.size(1)),
      workspace_(&workspace),
      recurrent_(w_.hh.t()) {}

at::Tensor LstmLayer::take(std::int64_t steps, std::int64_t width) {
  return workspace_->take(steps * n_, width, w_.hh.options());
}

/// Room for all steps and zeros for the one before.
at::Tensor LstmLayer::before_first(std::int64_t width) {
  auto all = take(length_ + 1, width);
  all.narrow(0, 0, n_).zero_();
  return all;
}

/// The sum of the biases, in all steps.
at::Tensor LstmLayer::biases(const LstmWeights& weights) {
  const auto& b = weights.biases;
  return take(length_, 4 * hidden_).copy_(b.size() == 1 ? b[0] : b[0] + b[1]);
}

/// da w
at::Tensor LstmLayer::data_gradient(const at::Tensor& da, const at::Tensor& w) {
  if (w.size(1) < few) return product(w.t(), da.t()).t().contiguous();
  auto dx = take(length_, w.size(1));
  kernels::product_into(dx, da, w);
  return dx;
}

const at::Tensor& LstmLayer::forward(const at::Tensor& x) {
  x_ = x;
  gates_ = biases(w_);
  add_product(gates_, x_, w_.ih.t());
  c_ = before_first(hidden_);
  tanh_c_ = take(length_, hidden_);
  h_ = take(length_, hidden_);
  AT_DISPATCH_FLOATING_TYPES(h_.scalar_type(), "lstm", [&] { forward_steps<scalar_t>(); });
  return h_;
}

template <class T>
void LstmLayer::forward_steps() {
  const Steps<T> gates(gates_, n_), c(c_, n_), tanh_c(tanh_c_, n_), h(h_, n_);
  for (std::int64_t t = 0; t < length_; ++t) {
    if (t > 0) recurrent_.add_product(gates[t], h[t - 1], n_);
    kernels::cell_forward<T>({n_, hidden_}, {gates[t], c[t], c[t + 1], tanh_c[t], h[t]});
  }
}

void LstmLayer::backward(at::Tensor dh) {
  dh_ = std::move(dh);
  da_ = take(length_, 4 * hidden_);
  recurrent_gradient_.emplace(w_.hh);
  AT_DISPATCH_FLOATING_TYPES(h_.scalar_type(), "lstm", [&] { backward_steps<scalar_t>(); });
}

template <class T>
void LstmLayer::backward_steps() {
  const auto carried = at::zeros({n_, hidden_}, h_.options());  // dc
  const Steps<T> gates(gates_, n_), c(c_, n_), tanh_c(tanh_c_, n_), h(h_, n_), dh(dh_, n_), da(da_, n_);
  for (auto t = length_; t-- > 0;) {
    kernels::cell_backward<T>({n_, hidden_}, {gates[t], c[t], c[t + 1], tanh_c[t], h[t]},
                              {dh[t], carried.data_ptr<T>(), da[t]});
    if (t > 0) recurrent_gradient_->add_product(dh[t - 1], da[t], n_);
  }
}

const at::Tensor& LstmLayer::forward_along(const at::Tensor& rx, const LstmWeights& v) {
  rx_ = rx;
  rgates_ = biases(v);
  add_product(rgates_, x_, v.ih.t());
  if (rx_.defined()) add_product(rgates_, rx_, w_.ih.t());
  add_product(later(rgates_), earlier(h_), v.hh.t());
  rc_ = before_first(hidden_);
  rh_ = take(length_, hidden_);
  AT_DISPATCH_FLOATING_TYPES(h_.scalar_type(), "lstm", [&] { forward_steps_along<scalar_t>(); });
  return rh_;
}

template <class T>
void LstmLayer::forward_steps_along() {
  const Steps<T> gates(gates_, n_), c(c_, n_), tanh_c(tanh_c_, n_), h(h_, n_);
  const Steps<T> rgates(rgates_, n_), rc(rc_, n_), rh(rh_, n_);
  for (std::int64_t t = 0; t < length_; ++t) {
    if (t > 0) recurrent_.add_product(rgates[t], rh[t - 1], n_);
    kernels::cell_forward_along<T>({n_, hidden_}, {gates[t], c[t], c[t + 1], tanh_c[t], h[t]},
                                   {rgates[t], rc[t], rc[t + 1], rh[t]});
  }
}

void LstmLayer::backward_along(at::Tensor rdh, const LstmWeights& v) {
  rdh_ = std::move(rdh);
  rda_ = take(length_, 4 * hidden_);
  add_product(earlier(rdh_), later(da_), v.hh);
  AT_DISPATCH_FLOATING_TYPES(h_.scalar_type(), "lstm", [&] { backward_steps_along<scalar_t>(); });
}

template <class T>
void LstmLayer::backward_steps_along() {
  const auto carried = at::zeros({2 * n_, hidden_}, h_.options());
  const Steps<T> dc(carried, n_);  // dc and Rdc
  const Steps<T> gates(gates_, n_), c(c_, n_), tanh_c(tanh_c_, n_), h(h_, n_), dh(dh_, n_), da(da_, n_);
  const Steps<T> rgates(rgates_, n_), rc(rc_, n_), rh(rh_, n_), rdh(rdh_, n_), rda(rda_, n_);
  for (auto t = length_; t-- > 0;) {
    kernels::cell_backward_along<T>({n_, hidden_}, {gates[t], c[t], c[t + 1], tanh_c[t], h[t]},
                                    {rgates[t], rc[t], rc[t + 1], rh[t]}, {dh[t], dc[0], da[t]},
                                    {rdh[t], dc[1], rda[t]});
    if (t > 0) recurrent_gradient_->add_product(rdh[t - 1], rda[t], n_);
  }
}

at::Tensor LstmLayer::input_gradient() {
  return data_gradient(da_, w_.ih);
}

at::Tensor LstmLayer::input_gradient_along(const LstmWeights& v) {
  auto rdx = data_gradient(rda_, w_.ih);
  if (v.ih.size(1) < few)
    rdx.add_(data_gradient(da_, v.ih));
  else
    add_product(rdx, da_, v.ih);
  return rdx;
}

void LstmLayer::add_gradient(LstmWeights& g) const {
  add_weight_gradient(g.ih, da_, x_);
  add_weight_gradient(g.hh, later(da_), earlier(h_));
  for (auto& bias : g.biases) bias.add_(da_.sum(0));
}

void LstmLayer::add_gradient_along(LstmWeights& g) const {
  add_weight_gradient(g.ih, rda_, x_);
  if (rx_.defined()) add_weight_gradient(g.ih, da_, rx_);
  add_weight_gradient(g.hh, later(rda_), earlier(h_));
  add_weight_gradient(g.hh, later(da_), earlier(rh_));
  for (auto& bias : g.biases) bias.add_(rda_.sum(0));
}

}  // namespace fedmeta::engine
