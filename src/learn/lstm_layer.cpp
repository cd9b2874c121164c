#include "learn/lstm_layer.hpp"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>

#include <utility>

#include "learn/lstm_cell.hpp"
#include "model/direct_products.hpp"

namespace fedmeta::learn {
namespace {

using model::add_product;
using model::product;

at::Tensor sum(const std::vector<at::Tensor>& biases) {
  return biases.size() == 1 ? biases[0] : biases[0] + biases[1];
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

LstmLayer::LstmLayer(LstmWeights weights, std::int64_t length, std::int64_t n)
    : w_(std::move(weights)), length_(length), n_(n), hidden_(w_.hh.size(1)), recurrent_(w_.hh.t()) {}

at::Tensor LstmLayer::empty(std::int64_t steps, std::int64_t width) const {
  return at::empty({steps * n_, width}, w_.hh.options());
}

/// Room for all steps and zeros for the one before.
at::Tensor LstmLayer::before_first(std::int64_t width) const {
  auto all = empty(length_ + 1, width);
  all.narrow(0, 0, n_).zero_();
  return all;
}

const at::Tensor& LstmLayer::forward(const at::Tensor& x) {
  x_ = x;
  gates_ = sum(w_.biases).expand({length_ * n_, 4 * hidden_}).contiguous();
  add_product(gates_, x_, w_.ih.t());
  c_ = before_first(hidden_);
  tanh_c_ = empty(length_, hidden_);
  h_ = empty(length_, hidden_);
  AT_DISPATCH_FLOATING_TYPES(h_.scalar_type(), "lstm", [&] { forward_steps<scalar_t>(); });
  return h_;
}

template <class T>
void LstmLayer::forward_steps() {
  const Steps<T> gates(gates_, n_), c(c_, n_), tanh_c(tanh_c_, n_), h(h_, n_);
  for (std::int64_t t = 0; t < length_; ++t) {
    if (t > 0) recurrent_.add_product(gates[t], h[t - 1], n_);
    cell_forward<T>({n_, hidden_}, {gates[t], c[t], c[t + 1], tanh_c[t], h[t]});
  }
}

void LstmLayer::backward(at::Tensor dh) {
  dh_ = std::move(dh);
  da_ = empty(length_, 4 * hidden_);
  recurrent_gradient_.emplace(w_.hh);
  AT_DISPATCH_FLOATING_TYPES(h_.scalar_type(), "lstm", [&] { backward_steps<scalar_t>(); });
}

template <class T>
void LstmLayer::backward_steps() {
  const auto carried = at::zeros({n_, hidden_}, h_.options());
  const Steps<T> gates(gates_, n_), c(c_, n_), tanh_c(tanh_c_, n_), h(h_, n_), dh(dh_, n_), da(da_, n_);
  for (auto t = length_; t-- > 0;) {
    cell_backward<T>({n_, hidden_}, {gates[t], c[t], c[t + 1], tanh_c[t], h[t]},
                     {dh[t], carried.data_ptr<T>(), da[t]});
    if (t > 0) recurrent_gradient_->add_product(dh[t - 1], da[t], n_);
  }
}

const at::Tensor& LstmLayer::forward_along(const at::Tensor& rx, const LstmWeights& v) {
  rx_ = rx;
  rgates_ = sum(v.biases).expand({length_ * n_, 4 * hidden_}).contiguous();
  add_product(rgates_, x_, v.ih.t());
  if (rx_.defined()) add_product(rgates_, rx_, w_.ih.t());
  add_product(later(rgates_), earlier(h_), v.hh.t());
  rc_ = before_first(hidden_);
  rh_ = empty(length_, hidden_);
  AT_DISPATCH_FLOATING_TYPES(h_.scalar_type(), "lstm", [&] { forward_steps_along<scalar_t>(); });
  return rh_;
}

template <class T>
void LstmLayer::forward_steps_along() {
  const Steps<T> gates(gates_, n_), c(c_, n_), tanh_c(tanh_c_, n_), h(h_, n_);
  const Steps<T> rgates(rgates_, n_), rc(rc_, n_), rh(rh_, n_);
  for (std::int64_t t = 0; t < length_; ++t) {
    if (t > 0) recurrent_.add_product(rgates[t], rh[t - 1], n_);
    cell_forward_along<T>({n_, hidden_}, {gates[t], c[t], c[t + 1], tanh_c[t], h[t]},
                          {rgates[t], rc[t], rc[t + 1], rh[t]});
  }
}

void LstmLayer::backward_along(at::Tensor rdh, const LstmWeights& v) {
  rdh_ = std::move(rdh);
  rda_ = empty(length_, 4 * hidden_);
  add_product(earlier(rdh_), later(da_), v.hh);
  AT_DISPATCH_FLOATING_TYPES(h_.scalar_type(), "lstm", [&] { backward_steps_along<scalar_t>(); });
}

template <class T>
void LstmLayer::backward_steps_along() {
  const auto carried = at::zeros({2, n_, hidden_}, h_.options());
  const Steps<T> gates(gates_, n_), c(c_, n_), tanh_c(tanh_c_, n_), h(h_, n_), dh(dh_, n_), da(da_, n_);
  const Steps<T> rgates(rgates_, n_), rc(rc_, n_), rh(rh_, n_), rdh(rdh_, n_), rda(rda_, n_);
  for (auto t = length_; t-- > 0;) {
    cell_backward_along<T>({n_, hidden_}, {gates[t], c[t], c[t + 1], tanh_c[t], h[t]},
                           {rgates[t], rc[t], rc[t + 1], rh[t]}, {dh[t], carried[0].data_ptr<T>(), da[t]},
                           {rdh[t], carried[1].data_ptr<T>(), rda[t]});
    if (t > 0) recurrent_gradient_->add_product(rdh[t - 1], rda[t], n_);
  }
}

at::Tensor LstmLayer::input_gradient() const {
  return product(da_, w_.ih);
}

at::Tensor LstmLayer::input_gradient_along(const LstmWeights& v) const {
  auto rdx = product(rda_, w_.ih);
  add_product(rdx, da_, v.ih);
  return rdx;
}

void LstmLayer::add_gradient(LstmWeights& g) const {
  add_product(g.ih, da_.t(), x_);
  add_product(g.hh, later(da_).t(), earlier(h_));
  for (auto& bias : g.biases) bias.add_(da_.sum(0));
}

void LstmLayer::add_gradient_along(LstmWeights& g) const {
  add_product(g.ih, rda_.t(), x_);
  if (rx_.defined()) add_product(g.ih, da_.t(), rx_);
  add_product(g.hh, later(rda_).t(), earlier(h_));
  add_product(g.hh, later(da_).t(), earlier(rh_));
  for (auto& bias : g.biases) bias.add_(rda_.sum(0));
}

}  // namespace fedmeta::learn
