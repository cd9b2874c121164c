// Products of matrices that each client of a group has one of, FLOPs counted.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace fedmeta::engine::batched {

/// Whether all clients have the same numbers [G, ...], which then lie in memory once.
bool is_shared(const at::Tensor& of_clients);

/// a [G, n, k], b [G, k, m] -> a b [G, n, m]. A shared b is read once for all clients.
at::Tensor product(const at::Tensor& a, const at::Tensor& b);

/// out [G, n, m] += a b
void add_product(const at::Tensor& out, const at::Tensor& a, const at::Tensor& b);

/// The pieces into which the n rows of a product a [G, o, n], b [G, n, i] are best cut. It is 1 on the CPU. A
/// GPU gives a block of threads to each tile of the output, and all n rows with it: where there are few tiles
/// and many rows, as in a convolution's weight gradient, most of it would have nothing to do. Depends on one
/// client's shapes alone, so that no client's bits depend on who is beside it.
std::int64_t pieces_of_rows(const at::Tensor& a, const at::Tensor& b);

/// The same from the shapes, for a GPU: a divisor of n.
std::int64_t pieces_for_a_gpu(std::int64_t o, std::int64_t n, std::int64_t i);

/// a b [G, o, i] as a sum over that many pieces of the rows.
at::Tensor product_in_pieces(const at::Tensor& a, const at::Tensor& b, std::int64_t pieces);

/// a b [G, o, i], in as many pieces as are best.
inline at::Tensor product_over_rows(const at::Tensor& a, const at::Tensor& b) {
  return product_in_pieces(a, b, pieces_of_rows(a, b));
}

/// [G, n, m] -> [G, m, n], a view.
inline at::Tensor transposed(const at::Tensor& matrices) {
  return matrices.transpose(1, 2);
}

}  // namespace fedmeta::engine::batched
