// A wide layer's weight during an inner loop: its initial value plus the outer products that steps have
// added.
//
// A step of gradient descent on n samples changes a linear layer's weight by -alpha delta' x, of rank n. As
// long as all steps together have seen fewer than (o i) / (o + i) rows, keeping these factors is cheaper than
// forming the weight gradient, stepping and reading a new weight each time; the algebra is exact.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace fedmeta::kernels {

/// A read-only view of M = B + L' R, with B [o, i] or undefined (zero), L [r, o], R [r, i]. It shares memory
/// with the FactoredMatrix from which it was taken, and does not change when that grows.
class FactoredView {
 public:
  /// Makes M = base [o, i].
  explicit FactoredView(at::Tensor base);
  /// Makes M = left' right; left [r, o], right [r, i].
  FactoredView(at::Tensor left, at::Tensor right);

  /// Returns x M' [n, o] for x [n, i].
  at::Tensor forward(const at::Tensor& x) const;
  /// Returns g M [n, i] for g [n, o].
  at::Tensor backward(const at::Tensor& g) const;
  /// Writes M into `out` [o, i].
  void write_into(const at::Tensor& out) const;

 private:
  friend class FactoredMatrix;
  FactoredView(at::Tensor base, at::Tensor left, at::Tensor right);

  at::Tensor base_, left_, right_;  ///< the factors are undefined if there are none
};

/// Owns the memory of M, and appends the rows of L and R that steps add.
class FactoredMatrix {
 public:
  /// Starts with B = base [o, i], with room for `room` rows of L and R.
  FactoredMatrix(at::Tensor base, std::int64_t room);
  /// Starts with B = 0, [o, i].
  FactoredMatrix(std::int64_t o, std::int64_t i, std::int64_t room, const at::TensorOptions& options);

  FactoredMatrix(const FactoredMatrix&) = delete;
  FactoredMatrix(FactoredMatrix&&) = default;
  FactoredMatrix& operator=(const FactoredMatrix&) = delete;
  FactoredMatrix& operator=(FactoredMatrix&&) = default;
  ~FactoredMatrix() = default;

  /// Adds scale left' right to M; left [n, o], right [n, i].
  void add(const at::Tensor& left, const at::Tensor& right, double scale);

  /// Returns M as it is now.
  FactoredView view() const;

  /// Returns the number of rows at which the factors are as long as the matrix.
  static std::int64_t break_even(std::int64_t o, std::int64_t i) { return o * i / (o + i); }

 private:
  at::Tensor base_, left_, right_;  ///< base_ is undefined if it is zero
  std::int64_t rows_ = 0;
};

}  // namespace fedmeta::kernels
