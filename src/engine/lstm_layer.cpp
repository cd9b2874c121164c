#include "engine/lstm_layer.hpp"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>

#include "kernels/direct_products.hpp"
#include "kernels/lstm_cell.hpp"

namespace fedmeta::engine {
namespace {

using kernels::add_product;
using kernels::product;

// With few columns, as learned vectors have, the library runs at a tenth of the rate of the transposed
// product (measured: 1,024 x 800 times 800 x 8 at 4 GFLOP/s, transposed at 44).
constexpr std::int64_t few = 16;

/// Adds da' x to the gradient.
void add_weight_gradient(at::Tensor& gradient, const at::Tensor& da, const at::Tensor& x) {
  if (x.size(1) < few)
    gradient.add_(product(x.t(), da).t());
  else
    add_product(gradient, da.t(), x);
}

/// Gives access to each step's rows in an array of all steps.
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

at::Tensor LstmLayer::take(std::int64_t steps, std::int64_t width) const {
  return workspace_->take(steps * n_, width, w_.hh.options());
}

at::Tensor LstmLayer::take_from_zeros(std::int64_t width) const {
  auto all = take(length_ + 1, width);
  all.narrow(0, 0, n_).zero_();
  return all;
}

at::Tensor LstmLayer::biases(const LstmWeights& weights) const {
  const auto& b = weights.biases;
  return take(length_, 4 * hidden_).copy_(b.size() == 1 ? b[0] : b[0] + b[1]);
}

at::Tensor LstmLayer::data_gradient(const at::Tensor& da, const at::Tensor& w) const {
  if (w.size(1) < few) return product(w.t(), da.t()).t().contiguous();
  auto dx = take(length_, w.size(1));
  kernels::product_into(dx, da, w);
  return dx;
}

LstmForward::LstmForward(LstmLayer layer, at::Tensor x)
    : layer_(std::move(layer)), recurrent_(layer_.weights().hh.t()), x_(std::move(x)) {
  gates_ = layer_.biases(layer_.weights());
  add_product(gates_, x_, layer_.weights().ih.t());
  c_ = layer_.take_from_zeros(layer_.hidden());
  tanh_c_ = layer_.take(layer_.length(), layer_.hidden());
  h_ = layer_.take(layer_.length(), layer_.hidden());
  AT_DISPATCH_FLOATING_TYPES(h_.scalar_type(), "lstm", [&] { go<scalar_t>(); });
}

template <class T>
void LstmForward::go() {
  const auto n = layer_.rows(), hidden = layer_.hidden();
  const Steps<T> gates(gates_, n), c(c_, n), tanh_c(tanh_c_, n), h(h_, n);
  for (std::int64_t t = 0; t < layer_.length(); ++t) {
    if (t > 0) recurrent_.add_product(gates[t], h[t - 1], n);
    kernels::cell_forward<T>({n, hidden}, {gates[t], c[t], c[t + 1], tanh_c[t], h[t]});
  }
}

LstmBackward::LstmBackward(const LstmForward& forward, at::Tensor dh)
    : forward_(forward), recurrent_(forward.layer_.weights().hh), dh_(std::move(dh)) {
  const auto& layer = forward_.layer_;
  da_ = layer.take(layer.length(), 4 * layer.hidden());
  AT_DISPATCH_FLOATING_TYPES(da_.scalar_type(), "lstm", [&] { go<scalar_t>(); });
}

template <class T>
void LstmBackward::go() {
  const auto n = forward_.layer_.rows(), hidden = forward_.layer_.hidden();
  const auto carried = at::zeros({n, hidden}, da_.options());  // dc
  const Steps<T> gates(forward_.gates_, n), c(forward_.c_, n), tanh_c(forward_.tanh_c_, n), h(forward_.h_, n),
      dh(dh_, n), da(da_, n);
  for (auto t = forward_.layer_.length(); t-- > 0;) {
    kernels::cell_backward<T>({n, hidden}, {gates[t], c[t], c[t + 1], tanh_c[t], h[t]},
                              {dh[t], carried.data_ptr<T>(), da[t]});
    if (t > 0) recurrent_.add_product(dh[t - 1], da[t], n);
  }
}

at::Tensor LstmBackward::input_gradient() const {
  return forward_.layer_.data_gradient(da_, forward_.layer_.weights().ih);
}

void LstmBackward::add_gradient(LstmWeights& g) const {
  const auto& layer = forward_.layer_;
  add_weight_gradient(g.ih, da_, forward_.x_);
  add_weight_gradient(g.hh, layer.later(da_), layer.earlier(forward_.h_));
  for (auto& bias : g.biases) bias.add_(da_.sum(0));
}

LstmForwardAlong::LstmForwardAlong(const LstmForward& forward, at::Tensor rx, LstmWeights v)
    : v_(std::move(v)), rx_(std::move(rx)) {
  const auto& layer = forward.layer_;
  rgates_ = layer.biases(v_);
  add_product(rgates_, forward.x_, v_.ih.t());
  if (rx_.defined()) add_product(rgates_, rx_, layer.weights().ih.t());
  add_product(layer.later(rgates_), layer.earlier(forward.h_), v_.hh.t());
  rc_ = layer.take_from_zeros(layer.hidden());
  rh_ = layer.take(layer.length(), layer.hidden());
  AT_DISPATCH_FLOATING_TYPES(rh_.scalar_type(), "lstm", [&] { go<scalar_t>(forward); });
}

template <class T>
void LstmForwardAlong::go(const LstmForward& forward) {
  const auto n = forward.layer_.rows(), hidden = forward.layer_.hidden();
  const Steps<T> gates(forward.gates_, n), c(forward.c_, n), tanh_c(forward.tanh_c_, n), h(forward.h_, n);
  const Steps<T> rgates(rgates_, n), rc(rc_, n), rh(rh_, n);
  for (std::int64_t t = 0; t < forward.layer_.length(); ++t) {
    if (t > 0) forward.recurrent_.add_product(rgates[t], rh[t - 1], n);
    kernels::cell_forward_along<T>({n, hidden}, {gates[t], c[t], c[t + 1], tanh_c[t], h[t]},
                                   {rgates[t], rc[t], rc[t + 1], rh[t]});
  }
}

LstmBackwardAlong::LstmBackwardAlong(const LstmBackward& backward, const LstmForwardAlong& along,
                                     at::Tensor rdh)
    : backward_(backward), along_(along), rdh_(std::move(rdh)) {
  const auto& layer = backward_.forward_.layer_;
  rda_ = layer.take(layer.length(), 4 * layer.hidden());
  add_product(layer.earlier(rdh_), layer.later(backward_.da_), along_.v_.hh);
  AT_DISPATCH_FLOATING_TYPES(rda_.scalar_type(), "lstm", [&] { go<scalar_t>(); });
}

template <class T>
void LstmBackwardAlong::go() {
  const auto& forward = backward_.forward_;
  const auto n = forward.layer_.rows(), hidden = forward.layer_.hidden();
  const auto carried = at::zeros({2 * n, hidden}, rda_.options());
  const Steps<T> dc(carried, n);  // dc and Rdc
  const Steps<T> gates(forward.gates_, n), c(forward.c_, n), tanh_c(forward.tanh_c_, n), h(forward.h_, n),
      dh(backward_.dh_, n), da(backward_.da_, n);
  const Steps<T> rgates(along_.rgates_, n), rc(along_.rc_, n), rh(along_.rh_, n), rdh(rdh_, n), rda(rda_, n);
  for (auto t = forward.layer_.length(); t-- > 0;) {
    kernels::cell_backward_along<T>({n, hidden}, {gates[t], c[t], c[t + 1], tanh_c[t], h[t]},
                                    {rgates[t], rc[t], rc[t + 1], rh[t]}, {dh[t], dc[0], da[t]},
                                    {rdh[t], dc[1], rda[t]});
    if (t > 0) backward_.recurrent_.add_product(rdh[t - 1], rda[t], n);
  }
}

at::Tensor LstmBackwardAlong::input_gradient() const {
  const auto& layer = backward_.forward_.layer_;
  auto rdx = layer.data_gradient(rda_, layer.weights().ih);
  if (along_.v_.ih.size(1) < few)
    rdx.add_(layer.data_gradient(backward_.da_, along_.v_.ih));
  else
    add_product(rdx, backward_.da_, along_.v_.ih);
  return rdx;
}

void LstmBackwardAlong::add_gradient(LstmWeights& g) const {
  const auto& forward = backward_.forward_;
  const auto& layer = forward.layer_;
  add_weight_gradient(g.ih, rda_, forward.x_);
  if (along_.rx_.defined()) add_weight_gradient(g.ih, backward_.da_, along_.rx_);
  add_weight_gradient(g.hh, layer.later(rda_), layer.earlier(forward.h_));
  add_weight_gradient(g.hh, layer.later(backward_.da_), layer.earlier(along_.rh_));
  for (auto& bias : g.biases) bias.add_(rda_.sum(0));
}

}  // namespace fedmeta::engine
