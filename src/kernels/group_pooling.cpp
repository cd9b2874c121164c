#include "kernels/group_pooling.hpp"

#include <ATen/ATen.h>

#include "kernels/for_device.hpp"

namespace fedmeta::kernels {
namespace {

at::Tensor padded(const at::Tensor& image, std::int64_t k) {
  const auto margin = k / 2;
  return at::constant_pad_nd(image, {0, 0, margin, margin, margin, margin});
}

/// The window of each pixel of padded images [G, n, h + k - 1, w + k - 1, c], by the pool's windows.
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

class AtenGroupPooling final : public GroupPooling {
 public:
  at::Tensor columns(const at::Tensor& image, std::int64_t k) const override {
    return columns_by_window(padded(image, k), k);
  }

  /// The source is [G, n, h/2, w/2, 4, c]: whether a row is one that a value came from.
  PooledGroup pool(const at::Tensor& z, const at::Tensor& bias, const at::Tensor& image) const override {
    const auto windows =
        z.add_(bias.unsqueeze(1))
            .view({z.size(0), image.size(1), image.size(2) / 2, image.size(3) / 2, 4, z.size(2)});
    const auto [most, place] = windows.max(4, /*keepdim=*/true);
    return {most.squeeze(4).relu(),
            at::arange(4, place.options()).view({4, 1}).eq(place).logical_and_(most.gt(0))};
  }

  at::Tensor picked(const at::Tensor& rz, const at::Tensor& source) const override {
    return (rz.view(source.sizes()) * source).sum(4);
  }

  at::Tensor before_pool(const at::Tensor& dy, const at::Tensor& source) const override {
    const auto windows = dy.unsqueeze(4) * source;
    return windows.view({windows.size(0), -1, windows.size(5)});
  }

  at::Tensor columns_before_pool(const at::Tensor& dy, const at::Tensor& source,
                                 std::int64_t k) const override {
    return columns_by_pixel(padded(image_of(dy.unsqueeze(4) * source), k), k);
  }
};

}  // namespace

const GroupPooling& aten_group_pooling() {
  static const AtenGroupPooling kernels;
  return kernels;
}

const GroupPooling& group_pooling(const at::Tensor& like) {
  return for_device(like, aten_group_pooling(), plugin_make_group_pooling);
}

}  // namespace fedmeta::kernels
