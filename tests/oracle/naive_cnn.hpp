// LEAF's FEMNIST network, one sample at a time, forwards and backwards by hand:
// conv 5x5 (same) 32, ReLU, max-pool 2x2, conv 5x5 (same) 64, ReLU, max-pool 2x2, fc 2048, ReLU, fc 62.
// T is double, or Dual for derivatives of the gradient. Arrays are row-major, channel before y before x.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "oracle/dual.hpp"

namespace fedmeta::oracle {

constexpr int window = 5, border = 2;

/// Planes with a border of zeros around them.
template <class T>
struct Planes {
  int count, side;
  std::vector<T> values;

  Planes(int planes, int inner_side)
      : count(planes),
        side(inner_side + 2 * border),
        values(static_cast<std::size_t>(planes * side * side)) {}
  /// Row y of the inner part (from -border), starting at its column -border.
  T* row(int plane, int y) { return &values[static_cast<std::size_t>((plane * side + y + border) * side)]; }
};

template <class T>
struct Conv {
  int in, out, side;

  std::size_t at(int o, int i, int ky, int kx) const {
    return static_cast<std::size_t>(((o * in + i) * window + ky) * window + kx);
  }

  void forward(const T* weight, const T* bias, Planes<T>& x, Planes<T>& y) const {
    for (int o = 0; o < out; ++o) {
      for (int r = 0; r < side; ++r) std::fill_n(y.row(o, r) + border, side, bias[o]);
      for (int i = 0; i < in; ++i)
        for (int ky = 0; ky < window; ++ky)
          for (int kx = 0; kx < window; ++kx) {
            const T w = weight[at(o, i, ky, kx)];
            for (int r = 0; r < side; ++r) {
              const T* from = x.row(i, r + ky - border) + kx;
              T* to = y.row(o, r) + border;
              for (int c = 0; c < side; ++c) to[c] += w * from[c];
            }
          }
    }
  }

  /// Adds to the gradients of weight and bias; fills dx where it is wanted.
  void backward(const T* weight, Planes<T>& x, Planes<T>& dy, T* dweight, T* dbias, Planes<T>* dx) const {
    std::vector<T> sums(static_cast<std::size_t>(side));
    for (int o = 0; o < out; ++o) {
      for (int r = 0; r < side; ++r)
        for (int c = 0; c < side; ++c) dbias[o] += dy.row(o, r)[c + border];
      for (int i = 0; i < in; ++i)
        for (int ky = 0; ky < window; ++ky)
          for (int kx = 0; kx < window; ++kx) {
            const T w = weight[at(o, i, ky, kx)];
            std::fill(sums.begin(), sums.end(), T(0));
            for (int r = 0; r < side; ++r) {
              const T* from = x.row(i, r + ky - border) + kx;
              const T* d = dy.row(o, r) + border;
              for (int c = 0; c < side; ++c) sums[static_cast<std::size_t>(c)] += d[c] * from[c];
              if (!dx) continue;
              T* to = dx->row(i, r + ky - border) + kx;
              for (int c = 0; c < side; ++c) to[c] += w * d[c];
            }
            for (const T& sum : sums) dweight[at(o, i, ky, kx)] += sum;
          }
    }
  }
};

/// ReLU, then the largest of each 2x2, whose place is kept; -1 where ReLU lets nothing through.
template <class T>
struct ReluPool {
  int planes, side;  ///< of the output
  std::vector<int> place{};

  void forward(Planes<T>& x, Planes<T>& y) {
    place.clear();
    for (int p = 0; p < planes; ++p)
      for (int r = 0; r < side; ++r)
        for (int c = 0; c < side; ++c) {
          int best = -1;
          T most = 0;
          for (int k = 0; k < 4; ++k) {
            const T candidate = x.row(p, 2 * r + k / 2)[border + 2 * c + k % 2];
            if (value(candidate) > value(most)) {
              most = candidate;
              best = k;
            }
          }
          y.row(p, r)[border + c] = most;
          place.push_back(best);
        }
  }

  void backward(Planes<T>& dy, Planes<T>& dx) const {
    auto k = place.begin();
    for (int p = 0; p < planes; ++p)
      for (int r = 0; r < side; ++r)
        for (int c = 0; c < side; ++c, ++k)
          if (*k >= 0) dx.row(p, 2 * r + *k / 2)[border + 2 * c + *k % 2] += dy.row(p, r)[border + c];
  }
};

template <class T>
struct Dense {
  int in, out;

  std::vector<T> forward(const T* weight, const T* bias, const std::vector<T>& x) const {
    std::vector<T> y(bias, bias + out);
    for (int o = 0; o < out; ++o) {
      T sum = 0;
      for (int i = 0; i < in; ++i) sum += weight[static_cast<std::size_t>(o) * in + i] * x[i];
      y[o] += sum;
    }
    return y;
  }

  std::vector<T> backward(const T* weight, const std::vector<T>& x, const std::vector<T>& dy, T* dweight,
                          T* dbias) const {
    std::vector<T> dx(x.size(), T(0));
    for (int o = 0; o < out; ++o) {
      const T d = dy[o];
      dbias[o] += d;
      const T* w = weight + static_cast<std::size_t>(o) * in;
      T* dw = dweight + static_cast<std::size_t>(o) * in;
      for (int i = 0; i < in; ++i) dw[i] += d * x[i];
      for (int i = 0; i < in; ++i) dx[i] += d * w[i];
    }
    return dx;
  }
};

/// Sizes and places of the parameters in one vector, layer after layer, weight before bias.
struct CnnShape {
  static constexpr int channels1 = 32, channels2 = 64, flat = 64 * 7 * 7, hidden = 2048, classes = 62;
  static constexpr std::size_t w1 = 0, b1 = w1 + channels1 * 25, w2 = b1 + channels1,
                               b2 = w2 + channels2 * channels1 * 25, w3 = b2 + channels2,
                               b3 = w3 + std::size_t{hidden} * flat, w4 = b3 + hidden,
                               b4 = w4 + classes * hidden, size = b4 + classes;
};

template <class T>
std::vector<T> flatten(Planes<T>& planes, int side) {
  std::vector<T> flat;
  for (int p = 0; p < planes.count; ++p)
    for (int r = 0; r < side; ++r)
      flat.insert(flat.end(), planes.row(p, r) + border, planes.row(p, r) + border + side);
  return flat;
}

/// Softmax cross-entropy of one sample; `scores` become its gradient with respect to them.
template <class T>
T cross_entropy(std::vector<T>& scores, int label) {
  using std::exp, std::log;
  double most = value(scores[0]);
  for (const T& score : scores) most = std::max(most, value(score));
  T sum = 0;
  for (const T& score : scores) sum += exp(score - T(most));
  const T loss = log(sum) + T(most) - scores[static_cast<std::size_t>(label)];
  for (T& score : scores) score = exp(score - T(most)) / sum;
  scores[static_cast<std::size_t>(label)] += T(-1);
  return loss;
}

/// The loss of one 28x28 image; adds `scale` times its gradient to `gradient`.
template <class T>
T add_gradient(const std::vector<T>& theta, const std::vector<double>& image, int label, double scale,
               std::vector<T>& gradient) {
  using S = CnnShape;
  const Conv<T> conv1{1, S::channels1, 28}, conv2{S::channels1, S::channels2, 14};
  ReluPool<T> pool1{S::channels1, 14}, pool2{S::channels2, 7};
  const Dense<T> fc1{S::flat, S::hidden}, fc2{S::hidden, S::classes};
  const T* w = theta.data();
  T* g = gradient.data();

  Planes<T> x(1, 28), c1(S::channels1, 28), p1(S::channels1, 14), c2(S::channels2, 14), p2(S::channels2, 7);
  for (int r = 0; r < 28; ++r)
    std::copy_n(&image[static_cast<std::size_t>(28 * r)], 28, x.row(0, r) + border);
  conv1.forward(w + S::w1, w + S::b1, x, c1);
  pool1.forward(c1, p1);
  conv2.forward(w + S::w2, w + S::b2, p1, c2);
  pool2.forward(c2, p2);
  const auto flat = flatten(p2, 7);
  auto hidden = fc1.forward(w + S::w3, w + S::b3, flat);
  for (T& h : hidden)
    if (value(h) <= 0) h = T(0);
  auto scores = fc2.forward(w + S::w4, w + S::b4, hidden);
  const T loss = cross_entropy(scores, label);

  for (T& score : scores) score = score * T(scale);
  auto dhidden = fc2.backward(w + S::w4, hidden, scores, g + S::w4, g + S::b4);
  for (std::size_t i = 0; i < hidden.size(); ++i)
    if (value(hidden[i]) <= 0) dhidden[i] = T(0);
  const auto dflat = fc1.backward(w + S::w3, flat, dhidden, g + S::w3, g + S::b3);
  Planes<T> dp2(S::channels2, 7), dc2(S::channels2, 14), dp1(S::channels1, 14), dc1(S::channels1, 28);
  for (int p = 0; p < S::channels2; ++p)
    for (int r = 0; r < 7; ++r)
      std::copy_n(&dflat[static_cast<std::size_t>((p * 7 + r) * 7)], 7, dp2.row(p, r) + border);
  pool2.backward(dp2, dc2);
  conv2.backward(w + S::w2, p1, dc2, g + S::w2, g + S::b2, &dp1);
  pool1.backward(dp1, dc1);
  conv1.backward(w + S::w1, x, dc1, g + S::w1, g + S::b1, nullptr);
  return loss;
}

}  // namespace fedmeta::oracle
