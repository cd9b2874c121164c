#include "kernels/group_lstm.hpp"

#include <ATen/ATen.h>

#include "kernels/for_device.hpp"

namespace fedmeta::kernels {
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

class AtenGroupLstm final : public GroupLstm {
 public:
  void add_biases(const at::Tensor& a, const std::vector<at::Tensor>& biases) const override {
    for (const auto& bias : biases) a.add_(bias.unsqueeze(1));
  }

  void forward(const LstmSteps& s, std::int64_t t) const override {
    const auto gates = step(s.gates, t);
    activate(gates);
    auto c = step(s.c, t + 1), tanh_c = step(s.tanh_c, t);
    mul_into(c, of(gates, f), step(s.c, t));
    c.addcmul_(of(gates, i), of(gates, g));
    at::tanh_out(tanh_c, c);
    mul_into(step(s.h, t), of(gates, o), tanh_c);
  }

  void begin_backward(LstmSteps& s) const override {
    const auto slope_i = sigmoid_slope(of(s.gates, i)), slope_f = sigmoid_slope(of(s.gates, f)),
               slope_o = sigmoid_slope(of(s.gates, o));
    s.from_c = at::cat({of(s.gates, g) * slope_i, earlier(s.c) * slope_f,
                        of(s.gates, i) * tanh_slope(of(s.gates, g)), s.tanh_c * slope_o},
                       -1);
    s.h_by_c = of(s.gates, o) * tanh_slope(s.tanh_c);
  }

  void backward(const LstmSteps& s, std::int64_t t) const override {
    const auto dc = step(s.dc, t), dh = step(s.dh, t), da = step(s.da, t), slopes = step(s.from_c, t);
    mul_into(dc, dh, step(s.h_by_c, t));
    if (t + 1 < s.gates.size(1)) dc.addcmul_(step(s.dc, t + 1), of(step(s.gates, t + 1), f));
    mul_into(all_but_o(da), all_but_o(slopes), dc.unsqueeze(-2));
    mul_into(of(da, o), of(slopes, o), dh);
  }

  void forward_along(const LstmSteps& s, const LstmStepsAlong& along, std::int64_t t) const override {
    const auto parts = step(along.ra, t) * step(s.from_c, t);
    auto rc = step(along.rc, t + 1), rh = step(along.rh, t);
    at::sum_out(rc, all_but_o(parts), {-2});
    rc.addcmul_(step(along.rc, t), of(step(s.gates, t), f));
    at::addcmul_out(rh, of(parts, o), rc, step(s.h_by_c, t));
  }

  /// Begins Rdc and Rda with what comes of the derivatives of the factors by which dh and dc were multiplied.
  void begin_backward_along(const LstmSteps& s, LstmStepsAlong& along) const override {
    const auto gi = of(s.gates, i), gf = of(s.gates, f), gg = of(s.gates, g), go = of(s.gates, o);
    const auto slope_i = sigmoid_slope(gi), slope_f = sigmoid_slope(gf), slope_g = tanh_slope(gg),
               slope_o = sigmoid_slope(go), slope_c = tanh_slope(s.tanh_c);
    const auto ri = slope_i * of(along.ra, i), rf = slope_f * of(along.ra, f), rg = slope_g * of(along.ra, g),
               ro = slope_o * of(along.ra, o);
    const auto rtanh_c = slope_c * later(along.rc);
    const auto by_i = rg * slope_i + gg * (1 - 2 * gi) * ri;
    const auto by_f = earlier(along.rc) * slope_f + earlier(s.c) * (1 - 2 * gf) * rf;
    const auto by_g = ri * slope_g - 2 * gi * gg * rg;
    const auto by_o = rtanh_c * slope_o + s.tanh_c * (1 - 2 * go) * ro;
    along.rda = at::cat({s.dc * by_i, s.dc * by_f, s.dc * by_g, s.dh * by_o}, -1);
    along.rdc = s.dh * (ro * slope_c - 2 * go * s.tanh_c * rtanh_c);
    earlier(along.rdc).addcmul_(later(s.dc), later(rf));
  }

  void backward_along(const LstmSteps& s, const LstmStepsAlong& along, std::int64_t t) const override {
    const auto rdc = step(along.rdc, t), rdh = step(along.rdh, t), rda = step(along.rda, t),
               slopes = step(s.from_c, t);
    rdc.addcmul_(rdh, step(s.h_by_c, t));
    if (t + 1 < s.gates.size(1)) rdc.addcmul_(step(along.rdc, t + 1), of(step(s.gates, t + 1), f));
    all_but_o(rda).addcmul_(all_but_o(slopes), rdc.unsqueeze(-2));
    of(rda, o).addcmul_(of(slopes, o), rdh);
  }
};

}  // namespace

const GroupLstm& aten_group_lstm() {
  static const AtenGroupLstm kernels;
  return kernels;
}

const GroupLstm& group_lstm(const at::Tensor& like) {
  return for_device(like, aten_group_lstm(), plugin_make_group_lstm);
}

}  // namespace fedmeta::kernels
