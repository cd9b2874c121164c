#include "engine/batched/group_products.hpp"

#include <ATen/ATen.h>

#include "kernels/direct_products.hpp"

namespace fedmeta::engine::batched {
namespace {

/// The rows of all clients as one matrix.
at::Tensor all_rows(const at::Tensor& matrices) {
  return matrices.reshape({-1, matrices.size(2)});
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

}  // namespace fedmeta::engine::batched
