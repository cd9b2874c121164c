#include "engine/batched/pooled_convolution.hpp"

#include <ATen/ATen.h>

#include "engine/batched/group_products.hpp"

namespace fedmeta::engine::batched {
namespace {

/// The window of each pixel of padded images [G, n, h + k - 1, w + k - 1, c]: [G, n h w, k k c]. The pixels
/// come by the pool's windows, row by row within each.
at::Tensor columns_by_window(const at::Tensor& image, std::int64_t k) {
  const auto clients = image.size(0), n = image.size(1), c = image.size(4);
  const auto h = image.size(2) - k + 1, w = image.size(3) - k + 1;
  const auto line = image.stride(2);
  return image
      .as_strided({clients, n, h / 2, w / 2, 2, 2, k, k, c},
                  {image.stride(0), image.stride(1), 2 * line, 2 * c, line, c, line, c, 1})
      .reshape({clients, n * h * w, k * k * c});
}

/// The same, the pixels row by row.
at::Tensor columns_by_pixel(const at::Tensor& image, std::int64_t k) {
  const auto clients = image.size(0), n = image.size(1), c = image.size(4);
  const auto h = image.size(2) - k + 1, w = image.size(3) - k + 1;
  const auto line = image.stride(2);
  return image
      .as_strided({clients, n, h, w, k, k, c}, {image.stride(0), image.stride(1), line, c, line, c, 1})
      .reshape({clients, n * h * w, k * k * c});
}

/// Rows by window [G, n, h/2, w/2, 4, c] -> images [G, n, h, w, c].
at::Tensor image_of(const at::Tensor& windows) {
  const auto clients = windows.size(0), n = windows.size(1), h = windows.size(2), w = windows.size(3),
             c = windows.size(5);
  return windows.view({clients, n, h, w, 2, 2, c})
      .permute({0, 1, 2, 4, 3, 5, 6})
      .reshape({clients, n, 2 * h, 2 * w, c});
}

/// One row for each row of columns: [G, n, h/2, w/2, 4, c] -> [G, n h w, c].
at::Tensor rows_of(const at::Tensor& windows) {
  return windows.view({windows.size(0), -1, windows.size(5)});
}

/// Kernels [G, co, ci, k, k] -> [G, k k ci, co], to multiply columns of x. Shared ones stay shared.
at::Tensor forward_matrix(const at::Tensor& kernels) {
  const auto own = is_shared(kernels) ? kernels.narrow(0, 0, 1) : kernels;
  return own.permute({0, 3, 4, 2, 1})
      .reshape({own.size(0), -1, own.size(1)})
      .expand({kernels.size(0), -1, -1});
}

/// The same turned by half a circle -> [G, k k co, ci], to multiply columns of dz.
at::Tensor backward_matrix(const at::Tensor& kernels) {
  const auto own = is_shared(kernels) ? kernels.narrow(0, 0, 1) : kernels;
  return own.flip({3, 4})
      .permute({0, 3, 4, 1, 2})
      .reshape({own.size(0), -1, own.size(2)})
      .expand({kernels.size(0), -1, -1});
}

}  // namespace

PooledConvolution::PooledConvolution(Kernels kernels, const at::Tensor& x)
    : kernels_(std::move(kernels)), padded_(padded(x)) {
  const auto k = kernels_.weight.size(3), co = kernels_.weight.size(1);
  const auto z = product(columns_by_window(padded_, k), forward_matrix(kernels_.weight))
                     .add_(kernels_.bias.unsqueeze(1))
                     .view({x.size(0), x.size(1), x.size(2) / 2, x.size(3) / 2, 4, co});
  const auto [most, place] = z.max(4, /*keepdim=*/true);
  output_ = most.squeeze(4).relu();
  source_ = at::arange(4, place.options()).view({4, 1}).eq(place).logical_and_(most.gt(0));
}

at::Tensor PooledConvolution::padded(const at::Tensor& image) const {
  const auto margin = kernels_.weight.size(3) / 2;
  return at::constant_pad_nd(image, {0, 0, margin, margin, margin, margin});
}

at::Tensor PooledConvolution::output_along(const Kernels& u, const at::Tensor& rx) const {
  const auto k = kernels_.weight.size(3);
  auto rz = product(columns_by_window(padded_, k), forward_matrix(u.weight)).add_(u.bias.unsqueeze(1));
  if (rx.defined()) add_product(rz, columns_by_window(padded(rx), k), forward_matrix(kernels_.weight));
  return (rz.view(source_.sizes()) * source_).sum(4);
}

/// dz by window, where only the places that the outputs came from are not zero.
at::Tensor PooledConvolution::before_pool(const at::Tensor& dy) const {
  return dy.unsqueeze(4) * source_;
}

at::Tensor PooledConvolution::input_gradient(const at::Tensor& dy) const {
  const auto k = kernels_.weight.size(3), ci = kernels_.weight.size(2);
  const auto dz = padded(image_of(before_pool(dy)));
  const auto shape = padded_.sizes();
  return product(columns_by_pixel(dz, k), backward_matrix(kernels_.weight))
      .view({shape[0], shape[1], shape[2] - k + 1, shape[3] - k + 1, ci});
}

at::Tensor PooledConvolution::input_gradient_along(const at::Tensor& dy, const at::Tensor& rdy,
                                                   const Kernels& u) const {
  const auto k = kernels_.weight.size(3);
  auto rdx = input_gradient(rdy);
  add_product(rdx.view({rdx.size(0), -1, rdx.size(4)}),
              columns_by_pixel(padded(image_of(before_pool(dy))), k), backward_matrix(u.weight));
  return rdx;
}

void PooledConvolution::add_kernels(const at::Tensor& dz, const at::Tensor& image, std::size_t block,
                                    Sums& g) const {
  const auto& shape = kernels_.weight.sizes();
  const auto k = shape[3];
  g.add(block, product(transposed(rows_of(dz)), columns_by_window(image, k))
                   .view({shape[0], shape[1], k, k, shape[2]})
                   .permute({0, 1, 4, 2, 3}));
}

void PooledConvolution::add_gradient(const at::Tensor& dy, std::size_t block, Sums& g) const {
  const auto dz = before_pool(dy);
  add_kernels(dz, padded_, block, g);
  g.add_rows(block + 1, rows_of(dz));
}

void PooledConvolution::add_gradient_along(const at::Tensor& dy, const at::Tensor& rdy, const at::Tensor& rx,
                                           std::size_t block, Sums& h) const {
  add_gradient(rdy, block, h);
  if (rx.defined()) add_kernels(before_pool(dy), padded(rx), block, h);
}

}  // namespace fedmeta::engine::batched
