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

// A cell's step: it reads what it needs at a place, computes, and writes what comes of it. to_neighbour() is
// what the product with the recurrent weight takes to the neighbouring step. There add() adds the product,
// and write_sum() keeps the sum where it is read once more.

struct LstmForwardCell {
  struct Inputs {
    Gates a;
    float c_before = 0;
  };
  struct Outputs {
    Gates s;
    float c = 0, tanh_c = 0, h = 0;
    FEDMETA_ON_BOTH float to_neighbour() const { return h; }
  };
  FEDMETA_ON_BOTH static Inputs read(const LstmArrays& a, const LstmPlace& p) {
    return {Gates(a.gates, p), a.c[p.before]};
  }
  FEDMETA_ON_BOTH static void add(const Gates& product, Inputs& in) { in.a.add(product); }
  FEDMETA_ON_BOTH static void write_sum(const LstmArrays&, const LstmPlace&, const Inputs&) {}
  FEDMETA_ON_BOTH static Outputs compute(const Inputs& in) {
    Outputs out;
    out.s = Gates(sigmoid(in.a.i), sigmoid(in.a.f), tanhf(in.a.g), sigmoid(in.a.o));
    out.c = out.s.f * in.c_before + out.s.i * out.s.g;
    out.tanh_c = tanhf(out.c);
    out.h = out.s.o * out.tanh_c;
    return out;
  }
  FEDMETA_ON_BOTH static void write(const LstmArrays& a, const LstmPlace& p, const Outputs& out) {
    out.s.write(a.gates, p);
    a.c[p.before + p.next] = out.c;
    a.tanh_c[p.at] = out.tanh_c;
    a.h[p.at] = out.h;
  }
};

struct LstmBackwardCell {
  struct Inputs {
    Gates s;
    float tanh_c = 0, c_before = 0, dh = 0, dc_after = 0, f_after = 0;
  };
  struct Outputs {
    float dc = 0;
    Gates da;
    FEDMETA_ON_BOTH const Gates& to_neighbour() const { return da; }
  };
  FEDMETA_ON_BOTH static Inputs read(const LstmArrays& a, const LstmPlace& p) {
    Inputs in{Gates(a.gates, p), a.tanh_c[p.at], a.c[p.before], a.dh[p.at]};
    if (!p.is_last) {
      in.dc_after = a.dc[p.at + p.next];
      in.f_after = a.gates[p.gate_i + 4 * p.next + p.hidden];
    }
    return in;
  }
  FEDMETA_ON_BOTH static void add(float product, Inputs& in) { in.dh += product; }
  FEDMETA_ON_BOTH static void write_sum(const LstmArrays& a, const LstmPlace& p, const Inputs& in) {
    a.dh[p.at] = in.dh;
  }
  FEDMETA_ON_BOTH static Outputs compute(const Inputs& in) {
    const Gates &s = in.s, by = slopes(s);
    const float dc = in.dh * s.o * (1 - in.tanh_c * in.tanh_c) + in.dc_after * in.f_after;
    return {dc, {dc * s.g * by.i, dc * in.c_before * by.f, dc * s.i * by.g, in.dh * in.tanh_c * by.o}};
  }
  FEDMETA_ON_BOTH static void write(const LstmArrays& a, const LstmPlace& p, const Outputs& out) {
    a.dc[p.at] = out.dc;
    out.da.write(a.da, p);
  }
};

struct LstmForwardAlongCell {
  struct Inputs {
    Gates s, ra;
    float tanh_c = 0, c_before = 0, rc_before = 0;
  };
  struct Outputs {
    float rc = 0, rh = 0;
    FEDMETA_ON_BOTH float to_neighbour() const { return rh; }
  };
  FEDMETA_ON_BOTH static Inputs read(const LstmArrays& a, const LstmPlace& p) {
    return {Gates(a.gates, p), Gates(a.ra, p), a.tanh_c[p.at], a.c[p.before], a.rc[p.before]};
  }
  FEDMETA_ON_BOTH static void add(const Gates& product, Inputs& in) { in.ra.add(product); }
  FEDMETA_ON_BOTH static void write_sum(const LstmArrays& a, const LstmPlace& p, const Inputs& in) {
    in.ra.write(a.ra, p);
  }
  FEDMETA_ON_BOTH static Outputs compute(const Inputs& in) {
    const Gates &s = in.s, &ra = in.ra, by = slopes(s);
    const float rc = ra.i * by.i * s.g + ra.f * by.f * in.c_before + ra.g * by.g * s.i + in.rc_before * s.f;
    return {rc, ra.o * by.o * in.tanh_c + rc * s.o * (1 - in.tanh_c * in.tanh_c)};
  }
  FEDMETA_ON_BOTH static void write(const LstmArrays& a, const LstmPlace& p, const Outputs& out) {
    a.rc[p.before + p.next] = out.rc;
    a.rh[p.at] = out.rh;
  }
};

struct LstmBackwardAlongCell {
  struct Inputs {
    Gates s, ra;
    float tanh_c = 0, c_before = 0, rc_before = 0, rc = 0, dh = 0, rdh = 0, dc = 0;
    float rdc_after = 0, dc_after = 0, f_after = 0, ra_f_after = 0;
  };
  struct Outputs {
    float rdc = 0;
    Gates rda;
    FEDMETA_ON_BOTH const Gates& to_neighbour() const { return rda; }
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
  FEDMETA_ON_BOTH static void add(float product, Inputs& in) { in.rdh += product; }
  FEDMETA_ON_BOTH static void write_sum(const LstmArrays&, const LstmPlace&, const Inputs&) {}
  FEDMETA_ON_BOTH static Outputs compute(const Inputs& in) {
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
    return {rdc, rda};
  }
  FEDMETA_ON_BOTH static void write(const LstmArrays& a, const LstmPlace& p, const Outputs& out) {
    a.rdc[p.at] = out.rdc;
    out.rda.write(a.rda, p);
  }
};

/// One step of one cell, all that it reads being there.
template <class Cell>
struct LstmStep {
  FEDMETA_ON_BOTH void operator()(std::int64_t client, std::int64_t row, std::int64_t j) const {
    const LstmPlace p(a, t, client, row, j);
    Cell::write(a, p, Cell::compute(Cell::read(a, p)));
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
