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
        gate_i(4 * (at - j) + j),
        is_last(t + 1 == a.length) {}

  std::int64_t hidden;
  std::int64_t next;    ///< from here to the next step; in arrays of gates four times that
  std::int64_t at;      ///< in arrays of all steps
  std::int64_t before;  ///< in c and rc, which have one step more: before step t
  std::int64_t gate_i;  ///< in arrays of gates: that of i; the others are `hidden` apart
  bool is_last;         ///< there is no next step
};

/// The gates there, or what else there is of each.
struct Gates {
  FEDMETA_ON_BOTH Gates() : Gates(0, 0, 0, 0) {}
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
  FEDMETA_ON_BOTH void add(const Gates& b) {
    i += b.i;
    f += b.f;
    g += b.g;
    o += b.o;
  }

  float i, f, g, o;
};

FEDMETA_ON_BOTH inline Gates slopes(const Gates& s) {
  return {s.i * (1 - s.i), s.f * (1 - s.f), 1 - s.g * s.g, s.o * (1 - s.o)};
}

// A cell reads what it needs at a place, and writes what comes of it; it returns that which the product with
// the recurrent weight takes to the neighbouring step. Between the two such a product may be added, which
// add() also writes where it is read once more.

struct LstmForwardCell {
  struct Inputs {
    Gates a;
    float c_before = 0;
  };
  FEDMETA_ON_BOTH static Inputs read(const LstmArrays& a, const LstmPlace& p) {
    return {Gates(a.gates, p), a.c[p.before]};
  }
  FEDMETA_ON_BOTH static void add(const Gates& product, const LstmArrays&, const LstmPlace&, Inputs& in) {
    in.a.add(product);
  }
  /// Returns h.
  FEDMETA_ON_BOTH static float write(const LstmArrays& a, const LstmPlace& p, const Inputs& in) {
    const Gates s(sigmoid(in.a.i), sigmoid(in.a.f), tanhf(in.a.g), sigmoid(in.a.o));
    const float c = s.f * in.c_before + s.i * s.g, tanh_c = tanhf(c), h = s.o * tanh_c;
    s.write(a.gates, p);
    a.c[p.before + p.next] = c;
    a.tanh_c[p.at] = tanh_c;
    a.h[p.at] = h;
    return h;
  }
};

struct LstmBackwardCell {
  struct Inputs {
    Gates s;
    float tanh_c = 0, c_before = 0, dh = 0, dc_after = 0, f_after = 0;
  };
  FEDMETA_ON_BOTH static Inputs read(const LstmArrays& a, const LstmPlace& p) {
    Inputs in{Gates(a.gates, p), a.tanh_c[p.at], a.c[p.before], a.dh[p.at]};
    if (!p.is_last) {
      in.dc_after = a.dc[p.at + p.next];
      in.f_after = a.gates[p.gate_i + 4 * p.next + p.hidden];
    }
    return in;
  }
  FEDMETA_ON_BOTH static void add(float product, const LstmArrays& a, const LstmPlace& p, Inputs& in) {
    in.dh += product;
    a.dh[p.at] = in.dh;
  }
  /// Returns da.
  FEDMETA_ON_BOTH static Gates write(const LstmArrays& a, const LstmPlace& p, const Inputs& in) {
    const Gates &s = in.s, by = slopes(s);
    const float dc = in.dh * s.o * (1 - in.tanh_c * in.tanh_c) + in.dc_after * in.f_after;
    const Gates da(dc * s.g * by.i, dc * in.c_before * by.f, dc * s.i * by.g, in.dh * in.tanh_c * by.o);
    a.dc[p.at] = dc;
    da.write(a.da, p);
    return da;
  }
};

struct LstmForwardAlongCell {
  struct Inputs {
    Gates s, ra;
    float tanh_c = 0, c_before = 0, rc_before = 0;
  };
  FEDMETA_ON_BOTH static Inputs read(const LstmArrays& a, const LstmPlace& p) {
    return {Gates(a.gates, p), Gates(a.ra, p), a.tanh_c[p.at], a.c[p.before], a.rc[p.before]};
  }
  FEDMETA_ON_BOTH static void add(const Gates& product, const LstmArrays& a, const LstmPlace& p, Inputs& in) {
    in.ra.add(product);
    in.ra.write(a.ra, p);
  }
  /// Returns Rh.
  FEDMETA_ON_BOTH static float write(const LstmArrays& a, const LstmPlace& p, const Inputs& in) {
    const Gates &s = in.s, &ra = in.ra, by = slopes(s);
    const float rc = ra.i * by.i * s.g + ra.f * by.f * in.c_before + ra.g * by.g * s.i + in.rc_before * s.f;
    const float rh = ra.o * by.o * in.tanh_c + rc * s.o * (1 - in.tanh_c * in.tanh_c);
    a.rc[p.before + p.next] = rc;
    a.rh[p.at] = rh;
    return rh;
  }
};

struct LstmBackwardAlongCell {
  struct Inputs {
    Gates s, ra;
    float tanh_c = 0, c_before = 0, rc_before = 0, rc = 0, dh = 0, rdh = 0, dc = 0;
    float rdc_after = 0, dc_after = 0, f_after = 0, ra_f_after = 0;
  };
  FEDMETA_ON_BOTH static Inputs read(const LstmArrays& a, const LstmPlace& p) {
    Inputs in{Gates(a.gates, p),       Gates(a.ra, p), a.tanh_c[p.at], a.c[p.before], a.rc[p.before],
              a.rc[p.before + p.next], a.dh[p.at],     a.rdh[p.at],    a.dc[p.at]};
    if (!p.is_last) {
      const auto after = p.at + p.next, f = p.gate_i + 4 * p.next + p.hidden;
      in.rdc_after = a.rdc[after];
      in.dc_after = a.dc[after];
      in.f_after = a.gates[f];
      in.ra_f_after = a.ra[f];
    }
    return in;
  }
  /// No one reads the sum again.
  FEDMETA_ON_BOTH static void add(float product, const LstmArrays&, const LstmPlace&, Inputs& in) {
    in.rdh += product;
  }
  /// Returns Rda.
  FEDMETA_ON_BOTH static Gates write(const LstmArrays& a, const LstmPlace& p, const Inputs& in) {
    const Gates &s = in.s, &ra = in.ra, by = slopes(s);
    const Gates rs(by.i * ra.i, by.f * ra.f, by.g * ra.g, by.o * ra.o);
    const float c = in.c_before, tanh_c = in.tanh_c, by_c = 1 - tanh_c * tanh_c, rtanh_c = by_c * in.rc;
    const float dh = in.dh, rdh = in.rdh, dc = in.dc;

    // dc = dh o tanh'(c) + dc_after f_after
    float rdc = rdh * s.o * by_c + dh * (rs.o * by_c - 2 * s.o * tanh_c * rtanh_c);
    rdc += in.rdc_after * in.f_after + in.dc_after * in.f_after * (1 - in.f_after) * in.ra_f_after;
    // da = dc g i', dc c_before f', dc i g', dh tanh(c) o'
    const Gates rda(rdc * s.g * by.i + dc * (rs.g * by.i + s.g * (1 - 2 * s.i) * rs.i),
                    rdc * c * by.f + dc * (in.rc_before * by.f + c * (1 - 2 * s.f) * rs.f),
                    rdc * s.i * by.g + dc * (rs.i * by.g - 2 * s.i * s.g * rs.g),
                    rdh * tanh_c * by.o + dh * (rtanh_c * by.o + tanh_c * (1 - 2 * s.o) * rs.o));
    a.rdc[p.at] = rdc;
    rda.write(a.rda, p);
    return rda;
  }
};

/// One step of one cell, all that it reads being there.
template <class Cell>
struct LstmStep {
  FEDMETA_ON_BOTH void operator()(std::int64_t client, std::int64_t row, std::int64_t j) const {
    const LstmPlace p(a, t, client, row, j);
    Cell::write(a, p, Cell::read(a, p));
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
