// A wide layer's weight during an inner loop: its initial value plus the outer products that steps have
// added.
//
// A step of gradient descent on n samples changes a linear layer's weight by -alpha delta' x, of rank n. As
// long as all steps together have seen fewer than (o i) / (o + i) rows, keeping these factors is cheaper than
// forming the weight gradient, stepping and reading a new weight each time; the algebra is exact.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <utility>

#include "kernels/packed_matrix.hpp"

namespace fedmeta::kernels {

/// A matrix [o, i] for products with few rows from either side.
class FactoredBase {
 public:
  FactoredBase() = default;
  /// Keeps the matrix, and a copy that is rounded for products where factors are.
  explicit FactoredBase(at::Tensor matrix) : exact_(std::move(matrix)), factor_(exact_) {}
  /// The same, laid out for the processor's bf16 tiles where it has them: many products will follow.
  static FactoredBase for_many_products(at::Tensor matrix);

  bool defined() const { return exact_.defined(); }
  const at::Tensor& exact() const { return exact_; }
  /// Returns x B' [n, o] for x [n, i].
  at::Tensor forward(const at::Tensor& x) const;
  /// Returns g B [n, i] for g [n, o].
  at::Tensor backward(const at::Tensor& g) const;

 private:
  at::Tensor exact_;
  Factor factor_;
  std::shared_ptr<const PackedMatrix> transposed_, straight_;  ///< null where they do not pay
};

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
  FactoredView(FactoredBase base, at::Tensor left, at::Tensor right);

  FactoredBase base_;
  at::Tensor left_, right_;  ///< undefined if there are none
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
  FactoredBase base_;  ///< undefined if it is zero
  at::Tensor left_, right_;
  std::int64_t rows_ = 0;
};

}  // namespace fedmeta::kernels
