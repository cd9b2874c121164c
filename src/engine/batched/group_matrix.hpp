// A wide layer's weight for each client of a group during an inner loop: what it was, plus the outer products
// that steps have added (kernels/factored_matrix.hpp has the algebra). What it was is the server's for all
// clients, and is read once for the group.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace fedmeta::engine::batched {

/// M = B + L' R for each client, as it is read: B [G, o, i] or undefined (zero), L [G, r, o], R [G, r, i].
/// It shares their memory with the GrowingMatrix that it was taken from, and stays the same while that one
/// grows.
class GroupMatrix {
 public:
  /// M = base [G, o, i].
  explicit GroupMatrix(at::Tensor base);
  /// M = left' right; left [G, r, o], right [G, r, i].
  GroupMatrix(at::Tensor left, at::Tensor right);

  /// x [G, n, i] -> x M' [G, n, o]
  at::Tensor forward(const at::Tensor& x) const;
  /// g [G, n, o] -> g M [G, n, i]
  at::Tensor backward(const at::Tensor& g) const;
  /// M into `out` [G, o, i].
  void write_into(const at::Tensor& out) const;
  /// out += L' R, where M is that alone.
  void add_to(const at::Tensor& out) const;

 private:
  friend class GrowingMatrix;
  GroupMatrix(at::Tensor base, at::Tensor left, at::Tensor right);

  at::Tensor base_, left_, right_;  ///< the factors are undefined where there are none
};

/// Owns the memory of the factors, to which steps add rows.
class GrowingMatrix {
 public:
  /// B = base [G, o, i], with room for so many rows.
  GrowingMatrix(at::Tensor base, std::int64_t room);
  /// B = 0 of o x i for each client.
  GrowingMatrix(std::int64_t clients, std::int64_t o, std::int64_t i, std::int64_t room,
                const at::TensorOptions& options);

  /// M += scale left' right; left [G, n, o], right [G, n, i].
  void add(const at::Tensor& left, const at::Tensor& right, double scale);

  /// Returns M as it is now.
  GroupMatrix view() const;

 private:
  at::Tensor base_, left_, right_;  ///< base_ is undefined where it is zero
  std::int64_t rows_ = 0;
};

}  // namespace fedmeta::engine::batched
