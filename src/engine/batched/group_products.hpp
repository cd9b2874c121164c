// Products of matrices that each client of a group has one of, FLOPs counted.
#pragma once

#include <ATen/core/Tensor.h>

namespace fedmeta::engine::batched {

/// Whether all clients have the same numbers [G, ...], which then lie in memory once.
bool is_shared(const at::Tensor& of_clients);

/// a [G, n, k], b [G, k, m] -> a b [G, n, m]. A shared b is read once for all clients.
at::Tensor product(const at::Tensor& a, const at::Tensor& b);

/// out [G, n, m] += a b
void add_product(const at::Tensor& out, const at::Tensor& a, const at::Tensor& b);

/// [G, n, m] -> [G, m, n], a view.
inline at::Tensor transposed(const at::Tensor& matrices) {
  return matrices.transpose(1, 2);
}

}  // namespace fedmeta::engine::batched
