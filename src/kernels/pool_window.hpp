// ReLU and 2 x 2 max-pooling combined, with what their derivatives need: relu(maxpool(y)) = maxpool(relu(y)).
#pragma once

#include <ATen/core/Tensor.h>

#include <bit>
#include <cstdint>
#include <type_traits>

#include "kernels/vector_code.hpp"

namespace fedmeta::kernels {

/// The output of a pooled convolution: images with channels last.
struct Pooled {
  at::Tensor value;  ///< [n, h, w, c]
  /// int32, shaped like `value`: 0 .. 3, the place in the window that the value came from, row by row (the
  /// first of equals); `nowhere` if the ReLU is off.
  at::Tensor source;
};

inline constexpr std::int32_t nowhere = 4;

/// Returns the gradient [c] of a bias before the pool, given the gradient g [n, h, w, c] of the pool's
/// output.
at::Tensor bias_gradient(const at::Tensor& g, const at::Tensor& source);

/// One channel of a window, row by row.
template <class T>
struct Window {
  T at[4];
};

/// Finds the pooled value of a window and its source.
template <class T>
FEDMETA_INLINE inline void pool(const Window<T>& y, T& value, std::int32_t& source) {
  const bool lower_first = y.at[1] > y.at[0], lower_second = y.at[3] > y.at[2];
  const T first = lower_first ? y.at[1] : y.at[0], second = lower_second ? y.at[3] : y.at[2];
  const std::int32_t place = second > first ? 2 + lower_second : 0 + lower_first;
  const T most = second > first ? second : first;
  value = most > 0 ? most : 0;
  source = most > 0 ? place : nowhere;
}

/// Returns value if `on`, else 0, without the branches into which compilers turn several conditions on one
/// number.
template <class T>
FEDMETA_INLINE inline T only_if(bool on, T value) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  return std::bit_cast<T>(std::bit_cast<Bits>(value) & -Bits(on));
}

/// Returns the derivative of a pooled value: that of its source.
template <class T>
FEDMETA_INLINE inline T picked(const Window<T>& y, std::int32_t source) {
  return (only_if(source == 0, y.at[0]) + only_if(source == 1, y.at[1])) +
         (only_if(source == 2, y.at[2]) + only_if(source == 3, y.at[3]));
}

/// The transpose of picked(): returns a window with a value's gradient at its source.
template <class T>
FEDMETA_INLINE inline Window<T> put_back(T g, std::int32_t source) {
  return {only_if(source == 0, g), only_if(source == 1, g), only_if(source == 2, g), only_if(source == 3, g)};
}

}  // namespace fedmeta::kernels
