#include "engine/batched/lstm_layer.hpp"

#include <ATen/ATen.h>

#include <utility>

#include "engine/batched/group_products.hpp"
#include "engine/batched/lstm_steps.hpp"

namespace fedmeta::engine::batched {
namespace {

/// All steps but the last, and but the first.
at::Tensor earlier(const at::Tensor& all) {
  return all.narrow(1, 0, all.size(1) - 1);
}
at::Tensor later(const at::Tensor& all) {
  return all.narrow(1, 1, all.size(1) - 1);
}
/// One row for each step and sequence, [G, length n, ..].
at::Tensor rows(const at::Tensor& all) {
  return all.flatten(1, 2);
}
at::Tensor steps_of(const at::Tensor& rows, const at::Tensor& like) {
  return rows.view({like.size(0), like.size(1), like.size(2), rows.size(2)});
}

at::Tensor empty_like(const at::Tensor& all, std::int64_t length, std::int64_t width) {
  return at::empty({all.size(0), length, all.size(2), width}, all.options());
}

/// x ih' + biases, of all steps.
at::Tensor from_inputs(const at::Tensor& x, const LstmWeights& w) {
  const auto a = product(rows(x), transposed(w.ih));
  kernels::group_lstm(a).add_biases(a, w.biases);
  return steps_of(a, x);
}

}  // namespace

LstmForward::LstmForward(LstmWeights weights, const at::Tensor& x)
    : w_(std::move(weights)), x_(x), cells_(kernels::group_lstm(x)) {
  const auto length = x.size(1), hidden = w_.hh.size(2);
  auto& s = steps_;
  s.gates = from_inputs(x, w_);
  s.c = empty_like(s.gates, length + 1, hidden);
  s.tanh_c = empty_like(s.gates, length, hidden);
  s.h = empty_like(s.gates, length, hidden);
  s.c.select(1, 0).zero_();
  run_forward(cells_, s, w_.hh);
}

LstmBackward::LstmBackward(const LstmForward& forward, at::Tensor dh)
    : forward_(forward), steps_(forward.steps_) {
  auto& s = steps_;
  s.dh = std::move(dh);
  forward.cells_.begin_backward(s);
  s.dc = at::empty_like(s.h);
  s.da = at::empty_like(s.gates);
  run_backward(forward.cells_, s, forward.w_.hh);
}

at::Tensor LstmBackward::input_gradient() const {
  return steps_of(product(rows(steps_.da), forward_.w_.ih), steps_.da);
}

void LstmBackward::add_gradient(std::size_t first, Sums& g) const {
  const auto& s = steps_;
  g.add_product(first, transposed(rows(s.da)), rows(forward_.x_));
  g.add_product(first + 1, transposed(rows(later(s.da))), rows(earlier(s.h)));
  add_to_biases(first, rows(s.da), g);
}

/// The biases are added up, so their gradients are equal.
void LstmBackward::add_to_biases(std::size_t first, const at::Tensor& da, Sums& g) const {
  const auto sum = da.sum(1);
  for (std::size_t b = 0; b < forward_.w_.biases.size(); ++b) g.add(first + 2 + b, sum);
}

LstmForwardAlong::LstmForwardAlong(const LstmBackward& backward, at::Tensor rx, LstmWeights v)
    : backward_(backward), v_(std::move(v)), rx_(std::move(rx)) {
  const auto& forward = backward.forward_;
  const auto& w = forward.w_;
  const auto& s = backward.steps_;
  const auto length = s.gates.size(1), hidden = w.hh.size(2);
  auto& along = steps_;
  along.ra = from_inputs(forward.x_, v_);
  if (rx_.defined()) add_product(rows(along.ra), rows(rx_), transposed(w.ih));
  add_product(rows(later(along.ra)), rows(earlier(s.h)), transposed(v_.hh));
  along.rc = empty_like(along.ra, length + 1, hidden);
  along.rh = empty_like(along.ra, length, hidden);
  along.rc.select(1, 0).zero_();
  run_forward_along(forward.cells_, s, along, w.hh);
}

LstmBackwardAlong::LstmBackwardAlong(const LstmForwardAlong& along, at::Tensor rdh)
    : along_(along), steps_(along.steps_) {
  const auto& backward = along_.backward_;
  const auto& forward = backward.forward_;
  const auto& s = backward.steps_;
  steps_.rdh = std::move(rdh);
  add_product(rows(earlier(steps_.rdh)), rows(later(s.da)), along_.v_.hh);
  forward.cells_.begin_backward_along(s, steps_);
  run_backward_along(forward.cells_, s, steps_, forward.w_.hh);
}

at::Tensor LstmBackwardAlong::input_gradient() const {
  const auto& backward = along_.backward_;
  auto rdx = product(rows(steps_.rda), backward.forward_.w_.ih);
  add_product(rdx, rows(backward.steps_.da), along_.v_.ih);
  return steps_of(rdx, steps_.rda);
}

void LstmBackwardAlong::add_gradient(std::size_t first, Sums& h) const {
  const auto& backward = along_.backward_;
  const auto& forward = backward.forward_;
  const auto& s = backward.steps_;
  const auto &da = s.da, &rda = steps_.rda;
  h.add_product(first, transposed(rows(rda)), rows(forward.x_));
  if (along_.rx_.defined()) h.add_product(first, transposed(rows(da)), rows(along_.rx_));
  h.add_product(first + 1, transposed(rows(later(rda))), rows(earlier(s.h)));
  h.add_product(first + 1, transposed(rows(later(da))), rows(earlier(steps_.rh)));
  along_.backward_.add_to_biases(first, rows(rda), h);
}

}  // namespace fedmeta::engine::batched
