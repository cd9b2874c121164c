// A wide layer's weight during an inner loop: what it was, plus the outer products that steps have added.
//
// A step of gradient descent on n samples changes a linear layer's weight by -alpha delta' x, of rank n.
// While the rows seen stay below (o i) / (o + i), keeping them is cheaper than forming the weight gradient,
// stepping and reading a new weight each time; the algebra is exact.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace fedmeta::kernels {

/// M = B + L' R as it is read, with B [o, i] or undefined (zero), L [r, o], R [r, i]. It shares their memory
/// with the FactoredMatrix that it was taken from, and stays the same while that one grows.
class FactoredView {
 public:
  /// M = base [o, i].
  explicit FactoredView(at::Tensor base);
  /// M = left' right; left [r, o], right [r, i].
  FactoredView(at::Tensor left, at::Tensor right);

  /// x [n, i] -> x M' [n, o]
  at::Tensor forward(const at::Tensor& x) const;
  /// g [n, o] -> g M [n, i]
  at::Tensor backward(const at::Tensor& g) const;
  /// M into `out` [o, i].
  void write_into(const at::Tensor& out) const;

 private:
  friend class FactoredMatrix;
  FactoredView(at::Tensor base, at::Tensor left, at::Tensor right);

  at::Tensor base_, left_, right_;  ///< the factors are undefined where there are none
};

/// Owns the memory of M, to which steps add rows of L and R.
class FactoredMatrix {
 public:
  /// B = base [o, i], with room for so many rows.
  FactoredMatrix(at::Tensor base, std::int64_t room);
  /// B = 0 of o x i.
  FactoredMatrix(std::int64_t o, std::int64_t i, std::int64_t room, const at::TensorOptions& options);

  FactoredMatrix(const FactoredMatrix&) = delete;
  FactoredMatrix(FactoredMatrix&&) = default;
  FactoredMatrix& operator=(const FactoredMatrix&) = delete;
  FactoredMatrix& operator=(FactoredMatrix&&) = default;
  ~FactoredMatrix() = default;

  /// M += scale left' right; left [n, o], right [n, i].
  void add(const at::Tensor& left, const at::Tensor& right, double scale);

  /// Returns M as it is now.
  FactoredView view() const;

  /// Rows at which the factors are as long as the matrix.
  static std::int64_t break_even(std::int64_t o, std::int64_t i) { return o * i / (o + i); }

 private:
  at::Tensor base_, left_, right_;  ///< base_ is undefined where it is zero
  std::int64_t rows_ = 0;
};

}  // namespace fedmeta::kernels
