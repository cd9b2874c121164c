#include "kernels/pool_window.hpp"

#include <ATen/ATen.h>

namespace fedmeta::kernels {

at::Tensor bias_gradient(const at::Tensor& g, const at::Tensor& source) {
  return at::where(source.eq(nowhere), 0, g).sum(at::IntArrayRef{0, 1, 2});
}

}  // namespace fedmeta::kernels
