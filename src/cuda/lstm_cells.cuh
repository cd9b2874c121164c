// What an LSTM's steps do for one number. Slopes are computed again from the gates wherever they are needed:
// that takes no time beside reading them.
#pragma once

#include <cmath>

#include "cuda/lstm_cells.hpp"
#include "cuda/on_both.hpp"

namespace fedmeta::cuda {

FEDMETA_ON_BOTH inline float sigmoid(float a) {
  return 1.0f / (1.0f + expf(-a));
}

/// A place in the arrays at step t.
struct LstmPlace {
  FEDMETA_ON_BOTH LstmPlace(const LstmArrays& a, std::int64_t t, std::int64_t client, std::int64_t row,
                            std::int64_t j)
      : hidden(a.hidden),
        next(a.rows * a.hidden),
        at(((client * a.length + t) * a.rows + row) * a.hidden + j),
        before(at + client * next),
        gate_i(4 * (at - j) + j) {}

  std::int64_t hidden;
  std::int64_t next;    ///< from here to the next step
  std::int64_t at;      ///< in arrays of all steps
  std::int64_t before;  ///< in c and rc, which have one step more: before step t
  std::int64_t gate_i;  ///< in arrays of gates: that of i; the others are `hidden` apart
};

/// The gates there, or what else there is of each.
struct Gates {
  FEDMETA_ON_BOTH Gates(const float* all, const LstmPlace& p)
      : i(all[p.gate_i]),
        f(all[p.gate_i + p.hidden]),
        g(all[p.gate_i + 2 * p.hidden]),
        o(all[p.gate_i + 3 * p.hidden]) {}
  FEDMETA_ON_BOTH Gates(float i, float f, float g, float o) : i(i), f(f), g(g), o(o) {}

  FEDMETA_ON_BOTH void write(float* all, const LstmPlace& p) const {
    all[p.gate_i] = i;
    all[p.gate_i + p.hidden] = f;
    all[p.gate_i + 2 * p.hidden] = g;
    all[p.gate_i + 3 * p.hidden] = o;
  }

  float i, f, g, o;
};

FEDMETA_ON_BOTH inline Gates slopes(const Gates& s) {
  return {s.i * (1 - s.i), s.f * (1 - s.f), 1 - s.g * s.g, s.o * (1 - s.o)};
}

struct LstmForwardStep {
  FEDMETA_ON_BOTH void operator()(std::int64_t client, std::int64_t row, std::int64_t j) const {
    const LstmPlace p(a, t, client, row, j);
    const Gates z(a.gates, p), s(sigmoid(z.i), sigmoid(z.f), tanhf(z.g), sigmoid(z.o));
    const float c = s.f * a.c[p.before] + s.i * s.g, tanh_c = tanhf(c);
    s.write(a.gates, p);
    a.c[p.before + p.next] = c;
    a.tanh_c[p.at] = tanh_c;
    a.h[p.at] = s.o * tanh_c;
  }

  LstmArrays a;
  std::int64_t t;
};

struct LstmBackwardStep {
  FEDMETA_ON_BOTH void operator()(std::int64_t client, std::int64_t row, std::int64_t j) const {
    const LstmPlace p(a, t, client, row, j);
    const Gates s(a.gates, p), by = slopes(s);
    const float tanh_c = a.tanh_c[p.at], dh = a.dh[p.at];
    float dc = dh * s.o * (1 - tanh_c * tanh_c);
    if (t + 1 < a.length) {
      const LstmPlace after(a, t + 1, client, row, j);
      dc += a.dc[after.at] * a.gates[after.gate_i + p.hidden];
    }
    const Gates da(dc * s.g * by.i, dc * a.c[p.before] * by.f, dc * s.i * by.g, dh * tanh_c * by.o);
    a.dc[p.at] = dc;
    da.write(a.da, p);
  }

  LstmArrays a;
  std::int64_t t;
};

struct LstmForwardAlongStep {
  FEDMETA_ON_BOTH void operator()(std::int64_t client, std::int64_t row, std::int64_t j) const {
    const LstmPlace p(a, t, client, row, j);
    const Gates s(a.gates, p), by = slopes(s), ra(a.ra, p);
    const float tanh_c = a.tanh_c[p.at];
    const float rc =
        ra.i * by.i * s.g + ra.f * by.f * a.c[p.before] + ra.g * by.g * s.i + a.rc[p.before] * s.f;
    a.rc[p.before + p.next] = rc;
    a.rh[p.at] = ra.o * by.o * tanh_c + rc * s.o * (1 - tanh_c * tanh_c);
  }

  LstmArrays a;
  std::int64_t t;
};

struct LstmBackwardAlongStep {
  FEDMETA_ON_BOTH void operator()(std::int64_t client, std::int64_t row, std::int64_t j) const {
    const LstmPlace p(a, t, client, row, j);
    const Gates s(a.gates, p), by = slopes(s), ra(a.ra, p);
    const Gates rs(by.i * ra.i, by.f * ra.f, by.g * ra.g, by.o * ra.o);
    const float c = a.c[p.before], rc_before = a.rc[p.before];
    const float tanh_c = a.tanh_c[p.at], by_c = 1 - tanh_c * tanh_c, rtanh_c = by_c * a.rc[p.before + p.next];
    const float dh = a.dh[p.at], rdh = a.rdh[p.at], dc = a.dc[p.at];

    // dc = dh o tanh'(c) + dc_after f_after
    float rdc = rdh * s.o * by_c + dh * (rs.o * by_c - 2 * s.o * tanh_c * rtanh_c);
    if (t + 1 < a.length) {
      const LstmPlace after(a, t + 1, client, row, j);
      const auto f = after.gate_i + p.hidden;
      const float f_after = a.gates[f];
      rdc += a.rdc[after.at] * f_after + a.dc[after.at] * f_after * (1 - f_after) * a.ra[f];
    }
    // da = dc g i', dc c_before f', dc i g', dh tanh(c) o'
    const Gates rda(rdc * s.g * by.i + dc * (rs.g * by.i + s.g * (1 - 2 * s.i) * rs.i),
                    rdc * c * by.f + dc * (rc_before * by.f + c * (1 - 2 * s.f) * rs.f),
                    rdc * s.i * by.g + dc * (rs.i * by.g - 2 * s.i * s.g * rs.g),
                    rdh * tanh_c * by.o + dh * (rtanh_c * by.o + tanh_c * (1 - 2 * s.o) * rs.o));
    a.rdc[p.at] = rdc;
    rda.write(a.rda, p);
  }

  LstmArrays a;
  std::int64_t t;
};

struct AddBiases {
  FEDMETA_ON_BOTH void operator()(std::int64_t client, std::int64_t row, std::int64_t j) const {
    float sum = first.values[client * first.stride + j];
    if (second.values != nullptr) sum += second.values[client * second.stride + j];
    a[(client * rows + row) * width + j] += sum;
  }

  float* a;
  std::int64_t rows, width;
  Bias first, second;
};

}  // namespace fedmeta::cuda
