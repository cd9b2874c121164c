#include "engine/batched/lstm_layer.hpp"

#include <ATen/ATen.h>

#include <utility>

#include "engine/batched/group_products.hpp"

namespace fedmeta::engine::batched {
namespace {

enum Gate { i, f, g, o };

/// [.., 4 hidden] -> [.., 4, hidden], a view.
at::Tensor by_gate(const at::Tensor& gates) {
  return gates.unflatten(-1, {4, -1});
}
/// Those of i, f and g, [.., 3, hidden].
at::Tensor all_but_o(const at::Tensor& gates) {
  return by_gate(gates).narrow(-2, 0, 3);
}
at::Tensor of(const at::Tensor& gates, Gate gate) {
  return by_gate(gates).select(-2, gate);
}

/// One step, [G, n, ..].
at::Tensor step(const at::Tensor& all, std::int64_t t) {
  return all.select(1, t);
}
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
  auto a = product(rows(x), transposed(w.ih));
  for (const auto& bias : w.biases) a.add_(bias.unsqueeze(1));
  return steps_of(a, x);
}

/// s'(a), from s(a).
at::Tensor sigmoid_slope(const at::Tensor& s) {
  return s * (1 - s);
}
at::Tensor tanh_slope(const at::Tensor& t) {
  return 1 - t * t;
}

void activate(const at::Tensor& gates) {
  const auto hidden = gates.size(-1) / 4;
  gates.narrow(-1, 0, 2 * hidden).sigmoid_();
  gates.narrow(-1, 2 * hidden, hidden).tanh_();
  gates.narrow(-1, 3 * hidden, hidden).sigmoid_();
}

void mul_into(at::Tensor out, const at::Tensor& a, const at::Tensor& b) {
  at::mul_out(out, a, b);
}

}  // namespace

LstmForward::LstmForward(LstmWeights weights, const at::Tensor& x) : w_(std::move(weights)), x_(x) {
  const auto length = x.size(1), hidden = w_.hh.size(2);
  gates_ = from_inputs(x, w_);
  c_ = empty_like(gates_, length + 1, hidden);
  tanh_c_ = empty_like(gates_, length, hidden);
  h_ = empty_like(gates_, length, hidden);
  step(c_, 0).zero_();
  for (std::int64_t t = 0; t < length; ++t) {
    const auto gates = step(gates_, t);
    if (t > 0) add_product(gates, step(h_, t - 1), transposed(w_.hh));
    activate(gates);
    auto c = step(c_, t + 1), tanh_c = step(tanh_c_, t);
    mul_into(c, of(gates, f), step(c_, t));
    c.addcmul_(of(gates, i), of(gates, g));
    at::tanh_out(tanh_c, c);
    mul_into(step(h_, t), of(gates, o), tanh_c);
  }
}

LstmBackward::LstmBackward(const LstmForward& forward, at::Tensor dh)
    : forward_(forward), dh_(std::move(dh)) {
  const auto& gates = forward.gates_;
  const auto length = gates.size(1);
  const auto slope_i = sigmoid_slope(of(gates, i)), slope_f = sigmoid_slope(of(gates, f)),
             slope_o = sigmoid_slope(of(gates, o));
  from_c_ = at::cat({of(gates, g) * slope_i, earlier(forward.c_) * slope_f,
                     of(gates, i) * tanh_slope(of(gates, g)), forward.tanh_c_ * slope_o},
                    -1);
  h_by_c_ = of(gates, o) * tanh_slope(forward.tanh_c_);
  dc_ = at::empty_like(h_by_c_);
  da_ = at::empty_like(gates);
  for (auto t = length; t-- > 0;) {
    const auto dc = step(dc_, t), dh_here = step(dh_, t), da = step(da_, t), slopes = step(from_c_, t);
    mul_into(dc, dh_here, step(h_by_c_, t));
    if (t + 1 < length) dc.addcmul_(step(dc_, t + 1), of(step(gates, t + 1), f));
    mul_into(all_but_o(da), all_but_o(slopes), dc.unsqueeze(-2));
    mul_into(of(da, o), of(slopes, o), dh_here);
    if (t > 0) add_product(step(dh_, t - 1), da, forward.w_.hh);
  }
}

at::Tensor LstmBackward::input_gradient() const {
  return steps_of(product(rows(da_), forward_.w_.ih), da_);
}

void LstmBackward::add_gradient(std::size_t first, Sums& g) const {
  g.add_product(first, transposed(rows(da_)), rows(forward_.x_));
  g.add_product(first + 1, transposed(rows(later(da_))), rows(earlier(forward_.h_)));
  for (std::size_t b = 0; b < forward_.w_.biases.size(); ++b) g.add_rows(first + 2 + b, rows(da_));
}

LstmForwardAlong::LstmForwardAlong(const LstmBackward& backward, at::Tensor rx, LstmWeights v)
    : backward_(backward), v_(std::move(v)), rx_(std::move(rx)) {
  const auto& forward = backward.forward_;
  const auto& w = forward.w_;
  const auto length = forward.gates_.size(1), hidden = w.hh.size(2);
  ra_ = from_inputs(forward.x_, v_);
  if (rx_.defined()) add_product(rows(ra_), rows(rx_), transposed(w.ih));
  add_product(rows(later(ra_)), rows(earlier(forward.h_)), transposed(v_.hh));
  rc_ = empty_like(ra_, length + 1, hidden);
  rh_ = empty_like(ra_, length, hidden);
  step(rc_, 0).zero_();
  for (std::int64_t t = 0; t < length; ++t) {
    const auto ra = step(ra_, t);
    if (t > 0) add_product(ra, step(rh_, t - 1), transposed(w.hh));
    const auto parts = ra * step(backward.from_c_, t);
    auto rc = step(rc_, t + 1), rh = step(rh_, t);
    at::sum_out(rc, all_but_o(parts), {-2});
    rc.addcmul_(step(rc_, t), of(step(forward.gates_, t), f));
    at::addcmul_out(rh, of(parts, o), rc, step(backward.h_by_c_, t));
  }
}

/// Begins Rdc and Rda with what comes of the derivatives of the factors by which dh and dc were multiplied.
void LstmBackwardAlong::differentiate_slopes() {
  const auto& backward = along_.backward_;
  const auto& forward = backward.forward_;
  const auto &gates = forward.gates_, &tanh_c = forward.tanh_c_, &dc = backward.dc_, &dh = backward.dh_;
  const auto gi = of(gates, i), gf = of(gates, f), gg = of(gates, g), go = of(gates, o);
  const auto slope_i = sigmoid_slope(gi), slope_f = sigmoid_slope(gf), slope_g = tanh_slope(gg),
             slope_o = sigmoid_slope(go), slope_c = tanh_slope(tanh_c);
  const auto ri = slope_i * of(along_.ra_, i), rf = slope_f * of(along_.ra_, f),
             rg = slope_g * of(along_.ra_, g), ro = slope_o * of(along_.ra_, o);
  const auto rtanh_c = slope_c * later(along_.rc_);
  const auto by_i = rg * slope_i + gg * (1 - 2 * gi) * ri;
  const auto by_f = earlier(along_.rc_) * slope_f + earlier(forward.c_) * (1 - 2 * gf) * rf;
  const auto by_g = ri * slope_g - 2 * gi * gg * rg;
  const auto by_o = rtanh_c * slope_o + tanh_c * (1 - 2 * go) * ro;
  rda_ = at::cat({dc * by_i, dc * by_f, dc * by_g, dh * by_o}, -1);
  rdc_ = dh * (ro * slope_c - 2 * go * tanh_c * rtanh_c);
  earlier(rdc_).addcmul_(later(dc), later(rf));
}

LstmBackwardAlong::LstmBackwardAlong(const LstmForwardAlong& along, at::Tensor rdh)
    : along_(along), rdh_(std::move(rdh)) {
  const auto& backward = along_.backward_;
  const auto& forward = backward.forward_;
  const auto length = forward.gates_.size(1);
  add_product(rows(earlier(rdh_)), rows(later(backward.da_)), along_.v_.hh);
  differentiate_slopes();
  for (auto t = length; t-- > 0;) {
    const auto rdc = step(rdc_, t), rdh_here = step(rdh_, t), rda = step(rda_, t),
               slopes = step(backward.from_c_, t);
    rdc.addcmul_(rdh_here, step(backward.h_by_c_, t));
    if (t + 1 < length) rdc.addcmul_(step(rdc_, t + 1), of(step(forward.gates_, t + 1), f));
    all_but_o(rda).addcmul_(all_but_o(slopes), rdc.unsqueeze(-2));
    of(rda, o).addcmul_(of(slopes, o), rdh_here);
    if (t > 0) add_product(step(rdh_, t - 1), rda, forward.w_.hh);
  }
}

at::Tensor LstmBackwardAlong::input_gradient() const {
  auto rdx = product(rows(rda_), along_.backward_.forward_.w_.ih);
  add_product(rdx, rows(along_.backward_.da_), along_.v_.ih);
  return steps_of(rdx, rda_);
}

void LstmBackwardAlong::add_gradient(std::size_t first, Sums& h) const {
  const auto& backward = along_.backward_;
  const auto& forward = backward.forward_;
  h.add_product(first, transposed(rows(rda_)), rows(forward.x_));
  if (along_.rx_.defined()) h.add_product(first, transposed(rows(backward.da_)), rows(along_.rx_));
  h.add_product(first + 1, transposed(rows(later(rda_))), rows(earlier(forward.h_)));
  h.add_product(first + 1, transposed(rows(later(backward.da_))), rows(earlier(along_.rh_)));
  for (std::size_t b = 0; b < forward.w_.biases.size(); ++b) h.add_rows(first + 2 + b, rows(rda_));
}

}  // namespace fedmeta::engine::batched
