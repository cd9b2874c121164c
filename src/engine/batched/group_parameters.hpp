// Parameters of all clients of a group by the network's blocks, and sums of what derivatives add to them.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "model/parameter_layout.hpp"

namespace fedmeta::engine::batched {

/// Views of thetas [G, P], one a block: [G, shape ...].
model::Weights views(const model::ParameterLayout& layout, const at::Tensor& thetas);

/// Sums of clients' gradients, or of their Hessian products, over portions. What is added first to a block is
/// written over whatever its memory held.
class Sums {
 public:
  /// Of all blocks, in memory of its own.
  Sums(const model::ParameterLayout& layout, std::int64_t clients, const at::TensorOptions& options);
  /// Into `blocks`, views of `values` [G, ...]. Undefined ones are never added to.
  Sums(at::Tensor values, model::Weights blocks);

  /// a [G, o, n], b [G, n, i], to a block [G, o, i].
  void add_product(std::size_t block, const at::Tensor& a, const at::Tensor& b);
  /// d [G, n, o], summed over the rows, to a block [G, o].
  void add_rows(std::size_t block, const at::Tensor& d);
  /// To a block of that shape.
  void add(std::size_t block, const at::Tensor& value);

  /// All sums, [G, P]. Blocks to which nothing was added are zero.
  at::Tensor values() const;

 private:
  bool is_first(std::size_t block);

  at::Tensor values_;
  model::Weights blocks_;
  std::vector<bool> written_;
};

}  // namespace fedmeta::engine::batched
