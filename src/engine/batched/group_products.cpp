#include "engine/batched/group_products.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "kernels/direct_products.hpp"

namespace fedmeta::engine::batched {
namespace {

/// The rows of all clients as one matrix.
at::Tensor all_rows(const at::Tensor& matrices) {
  return matrices.reshape({-1, matrices.size(2)});
}

/// [G, n, m] -> [G pieces, n / pieces, m], a view.
at::Tensor in_pieces(const at::Tensor& matrices, std::int64_t pieces) {
  return matrices.unflatten(1, {pieces, -1}).flatten(0, 1);
}

/// Whether in_pieces() needs no copy.
bool lie_one_after_the_other(const at::Tensor& matrices) {
  return matrices.stride(0) == matrices.size(1) * matrices.stride(1);
}

}  // namespace

bool is_shared(const at::Tensor& of_clients) {
  return of_clients.size(0) > 1 && of_clients.stride(0) == 0;
}

at::Tensor product(const at::Tensor& a, const at::Tensor& b) {
  if (!is_shared(b)) return kernels::batch_product(a, b);
  return kernels::product(all_rows(a), b.select(0, 0)).view({a.size(0), a.size(1), b.size(2)});
}

void add_product(const at::Tensor& out, const at::Tensor& a, const at::Tensor& b) {
  if (is_shared(b) && out.is_contiguous())
    kernels::add_product(all_rows(out), all_rows(a), b.select(0, 0));
  else
    kernels::add_batch_product(out, a, b);
}

std::int64_t pieces_for_a_gpu(std::int64_t o, std::int64_t n, std::int64_t i) {
  // Two blocks for each of an H100's 132 multiprocessors, and enough rows for a block to be worth its start.
  constexpr std::int64_t blocks = 264, tile = 64, least_rows = 256;
  const auto tiles = ((o + tile - 1) / tile) * ((i + tile - 1) / tile);
  auto pieces = std::max<std::int64_t>(1, std::min(blocks / tiles, n / least_rows));
  while (n % pieces != 0) --pieces;
  return pieces;
}

std::int64_t pieces_of_rows(const at::Tensor& a, const at::Tensor& b) {
  if (!a.is_cuda() || !lie_one_after_the_other(transposed(a)) || !lie_one_after_the_other(b)) return 1;
  return pieces_for_a_gpu(a.size(1), a.size(2), b.size(2));
}

at::Tensor product_in_pieces(const at::Tensor& a, const at::Tensor& b, std::int64_t pieces) {
  if (pieces == 1) return kernels::batch_product(a, b);
  return kernels::batch_product(transposed(in_pieces(transposed(a), pieces)), in_pieces(b, pieces))
      .unflatten(0, {-1, pieces})
      .sum(1);
}

}  // namespace fedmeta::engine::batched
