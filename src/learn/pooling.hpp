// ReLU and 2 x 2 max-pooling in one, with what their derivatives need. On the CPU, channels-last.
#pragma once

#include <ATen/core/Tensor.h>

namespace fedmeta::learn {

/// relu(maxpool(c)), which is maxpool(relu(c)), and where each value came from.
struct Pooled {
  at::Tensor value;  ///< [n, channels, h/2, w/2]
  /// int32, as `value`: 0 .. 3, the place in the window (the first of equals); 4 where the ReLU is off.
  at::Tensor source;
};

/// c [n, channels, h, w], float or double.
Pooled pool(const at::Tensor& c);
/// The directional derivative: dc -> d value, picked from the sources.
at::Tensor pool_derivative(const at::Tensor& dc, const at::Tensor& source);
/// The gradient: g [n, channels, h/2, w/2] -> [n, channels, h, w], put back to the sources.
at::Tensor pool_gradient(const at::Tensor& g, const at::Tensor& source);

}  // namespace fedmeta::learn
