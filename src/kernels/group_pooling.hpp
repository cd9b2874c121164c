// What a convolution that keeps the size, ReLU and 2 x 2 max-pooling need beside products, for all clients of
// a group. Each pixel's neighbourhood becomes a row of columns (im2col), so that a convolution is one
// product.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace fedmeta::kernels {

// Images are [G, n, h, w, c], h and w even. Rows before the pool are [G, n h w, c], by the pool's windows:
// image by image, window by window, and row by row within each. k, the kernels' side, is odd; around an image
// are zeros.

/// What the pool passes on.
struct PooledGroup {
  at::Tensor value;  ///< [G, n, h/2, w/2, c]
  at::Tensor
      source;  ///< where in its window a value came from, and whether the ReLU is on; the kernels' own form
};

class GroupPooling {
 public:
  virtual ~GroupPooling() = default;

  /// [G, n h w, k k c], a row for each row before the pool.
  virtual at::Tensor columns(const at::Tensor& image, std::int64_t k) const = 0;

  /// Of rows z, to which the bias [G, c] is added; z may be changed. `image` is one of n, h and w as z's.
  virtual PooledGroup pool(const at::Tensor& z, const at::Tensor& bias, const at::Tensor& image) const = 0;
  /// The derivative of what is pooled from that of the rows: [G, n, h/2, w/2, c]. rz may be changed.
  virtual at::Tensor picked(const at::Tensor& rz, const at::Tensor& source) const = 0;

  // The transpose: dy, of what is pooled, goes to the rows that it came from, the others are zero.

  /// Rows before the pool.
  virtual at::Tensor before_pool(const at::Tensor& dy, const at::Tensor& source) const = 0;
  /// The columns [G, n h w, k k c] of the image that these rows make, a row for each of its pixels, row by
  /// row.
  virtual at::Tensor columns_before_pool(const at::Tensor& dy, const at::Tensor& source,
                                         std::int64_t k) const = 0;
};

/// In ATen's operators, for every device and type.
const GroupPooling& aten_group_pooling();

/// The fastest for such tensors.
const GroupPooling& group_pooling(const at::Tensor& like);

/// The plug-in's function that makes one, with one launch for each of these.
inline constexpr const char* plugin_make_group_pooling = "fedmeta_make_group_pooling";

}  // namespace fedmeta::kernels
