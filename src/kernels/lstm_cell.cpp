#include "kernels/lstm_cell.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <type_traits>

#include "kernels/vector_code.hpp"

namespace fedmeta::kernels {
namespace {

// The compiler vectorises the loops over a row; the C library's exp would be one call per number.

constexpr std::array<double, 15> one_over_factorial = [] {
  std::array<double, 15> values{1};
  for (std::size_t k = 1; k < values.size(); ++k) values[k] = values[k - 1] / static_cast<double>(k);
  return values;
}();

/// Returns exp(x) - 1 for |x| <= 80, and beyond that the value at the bound. With x = n ln 2 + r, |r| <=
/// ln(2) / 2, this is 2^n (exp(r) - 1) + (2^n - 1), with exp(r) - 1 from Taylor's series.
template <class T>
[[gnu::always_inline]] inline T expm1(T x) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  constexpr int mantissa = std::numeric_limits<T>::digits - 1;
  constexpr std::size_t terms = sizeof(T) == 4 ? 7 : 14;
  constexpr T one_over_ln2 = T(1.4426950408889634074);
  // ln 2 in two parts: n times the first, which has 9 bits, is exact.
  constexpr T ln2_high = T(0.693359375), ln2_low = T(-2.12194440054690582768e-4);
  // Adding this rounds to an integer, which ends up in the lowest bits.
  constexpr T rounder = T(1.5) * T(Bits(1) << mantissa);
  x = x < T(-80) ? T(-80) : x;
  x = x > T(80) ? T(80) : x;
  const T shifted = x * one_over_ln2 + rounder, n = shifted - rounder;
  const T r = (x - n * ln2_high) - n * ln2_low;
  T series = T(one_over_factorial[terms]);
#pragma GCC unroll 14
  for (auto k = terms - 1; k > 0; --k) series = series * r + T(one_over_factorial[k]);
  const T power = std::bit_cast<T>((std::bit_cast<Bits>(shifted) << mantissa) + std::bit_cast<Bits>(T(1)));
  return power * (series * r) + (power - 1);
}

template <class T>
[[gnu::always_inline]] inline T sigmoid(T x) {
  return 1 / (2 + expm1(-x));
}

template <class T>
[[gnu::always_inline]] inline T tanh(T x) {
  const T u = expm1(-2 * x);
  return -u / (2 + u);
}

template <class F>
void for_each_row(const CellSize& size, F row) {
  const auto grain = std::max<std::int64_t>(1, 8192 / size.hidden);
  at::parallel_for(0, size.n, grain,
                   [&](std::int64_t begin, std::int64_t end) { vector_loop(begin, end, row); });
}

template <class T>
struct Gates {
  T *i, *f, *g, *o;
};

template <class T>
Gates<T> gates_of_row(T* gates, std::int64_t row, std::int64_t hidden) {
  T* const first = gates + 4 * row * hidden;
  return {first, first + hidden, first + 2 * hidden, first + 3 * hidden};
}

}  // namespace

template <class T>
void cell_forward(const CellSize& size, const Cell<T>& cell) {
  for_each_row(size, [&](std::int64_t row) FEDMETA_INLINE {
    const auto [gi, gf, gg, go] = gates_of_row(cell.gates, row, size.hidden);
    const auto at = row * size.hidden, end = size.hidden;
    const T* const before = cell.c_before + at;
    T *const c = cell.c + at, *const tanh_c = cell.tanh_c + at, *const h = cell.h + at;
    FEDMETA_INDEPENDENT
    for (std::int64_t u = 0; u < end; ++u) {
      const T i = sigmoid(gi[u]), f = sigmoid(gf[u]), g = tanh(gg[u]), o = sigmoid(go[u]);
      const T next = f * before[u] + i * g, squashed = tanh(next);
      gi[u] = i;
      gf[u] = f;
      gg[u] = g;
      go[u] = o;
      c[u] = next;
      tanh_c[u] = squashed;
      h[u] = o * squashed;
    }
  });
}

template <class T>
void cell_backward(const CellSize& size, const Cell<T>& cell, const CellGradient<T>& gradient) {
  for_each_row(size, [&](std::int64_t row) FEDMETA_INLINE {
    const auto [gi, gf, gg, go] = gates_of_row(cell.gates, row, size.hidden);
    const auto [dai, daf, dag, dao] = gates_of_row(gradient.a, row, size.hidden);
    const auto at = row * size.hidden, end = size.hidden;
    const T *const before = cell.c_before + at, *const tanh_c = cell.tanh_c + at;
    const T* const dh = gradient.h + at;
    T* const carried = gradient.c + at;
    FEDMETA_INDEPENDENT
    for (std::int64_t u = 0; u < end; ++u) {
      const T i = gi[u], f = gf[u], g = gg[u], o = go[u], s = tanh_c[u];
      const T dc = carried[u] + dh[u] * o * (1 - s * s);
      dai[u] = dc * g * i * (1 - i);
      daf[u] = dc * before[u] * f * (1 - f);
      dag[u] = dc * i * (1 - g * g);
      dao[u] = dh[u] * s * o * (1 - o);
      carried[u] = dc * f;
    }
  });
}

template <class T>
void cell_forward_along(const CellSize& size, const Cell<T>& cell, const CellAlong<T>& along) {
  for_each_row(size, [&](std::int64_t row) FEDMETA_INLINE {
    const auto [gi, gf, gg, go] = gates_of_row(cell.gates, row, size.hidden);
    const auto [rgi, rgf, rgg, rgo] = gates_of_row(along.gates, row, size.hidden);
    const auto at = row * size.hidden, end = size.hidden;
    const T *const before = cell.c_before + at, *const tanh_c = cell.tanh_c + at;
    const T* const rbefore = along.c_before + at;
    T *const rc = along.c + at, *const rh = along.h + at;
    FEDMETA_INDEPENDENT
    for (std::int64_t u = 0; u < end; ++u) {
      const T i = gi[u], f = gf[u], g = gg[u], o = go[u], s = tanh_c[u];
      const T ri = i * (1 - i) * rgi[u], rf = f * (1 - f) * rgf[u];
      const T rg = (1 - g * g) * rgg[u], ro = o * (1 - o) * rgo[u];
      const T next = rf * before[u] + f * rbefore[u] + ri * g + i * rg;
      rgi[u] = ri;
      rgf[u] = rf;
      rgg[u] = rg;
      rgo[u] = ro;
      rc[u] = next;
      rh[u] = ro * s + o * (1 - s * s) * next;
    }
  });
}

// Differentiates each line of cell_backward by the product rule.
template <class T>
void cell_backward_along(const CellSize& size, const Cell<T>& cell, const CellAlong<T>& along,
                         const CellGradient<T>& gradient, const CellGradient<T>& rgradient) {
  for_each_row(size, [&](std::int64_t row) FEDMETA_INLINE {
    const auto [gi, gf, gg, go] = gates_of_row(cell.gates, row, size.hidden);
    const auto [rgi, rgf, rgg, rgo] = gates_of_row(along.gates, row, size.hidden);
    const auto [rdai, rdaf, rdag, rdao] = gates_of_row(rgradient.a, row, size.hidden);
    const auto at = row * size.hidden, end = size.hidden;
    const T *const before = cell.c_before + at, *const tanh_c = cell.tanh_c + at;
    const T *const rbefore = along.c_before + at, *const along_c = along.c + at;
    const T *const dh = gradient.h + at, *const rdh = rgradient.h + at;
    T *const carried = gradient.c + at, *const rcarried = rgradient.c + at;
    FEDMETA_INDEPENDENT
    for (std::int64_t u = 0; u < end; ++u) {
      const T i = gi[u], f = gf[u], g = gg[u], o = go[u], s = tanh_c[u], slope = 1 - s * s;
      const T ri = rgi[u], rf = rgf[u], rg = rgg[u], ro = rgo[u], rs = slope * along_c[u];
      const T dc = carried[u] + dh[u] * o * slope;
      const T rdc = rcarried[u] + (rdh[u] * o + dh[u] * ro) * slope - 2 * dh[u] * o * s * rs;
      rdai[u] = (rdc * g + dc * rg) * i * (1 - i) + dc * g * ri * (1 - 2 * i);
      rdaf[u] = (rdc * before[u] + dc * rbefore[u]) * f * (1 - f) + dc * before[u] * rf * (1 - 2 * f);
      rdag[u] = (rdc * i + dc * ri) * (1 - g * g) - 2 * dc * i * g * rg;
      rdao[u] = (rdh[u] * s + dh[u] * rs) * o * (1 - o) + dh[u] * s * ro * (1 - 2 * o);
      carried[u] = dc * f;
      rcarried[u] = rdc * f + dc * rf;
    }
  });
}

#define FEDMETA_FOR(T)                                                                    \
  template void cell_forward(const CellSize&, const Cell<T>&);                            \
  template void cell_backward(const CellSize&, const Cell<T>&, const CellGradient<T>&);   \
  template void cell_forward_along(const CellSize&, const Cell<T>&, const CellAlong<T>&); \
  template void cell_backward_along(const CellSize&, const Cell<T>&, const CellAlong<T>&, \
                                    const CellGradient<T>&, const CellGradient<T>&);
FEDMETA_FOR(float)
FEDMETA_FOR(double)

}  // namespace fedmeta::kernels
