#include "kernels/workspace.hpp"

#include <ATen/ATen.h>

namespace fedmeta::kernels {

at::Tensor Workspace::take(std::int64_t rows, std::int64_t width, const at::TensorOptions& options) {
  constexpr std::int64_t cache_line = 16;  // floats
  const auto size = rows * width, begin = taken_;
  taken_ += (size + cache_line - 1) / cache_line * cache_line;
  if (!memory_.defined() || memory_.dtype() != options.dtype()) memory_ = at::empty({0}, options);
  if (taken_ > memory_.numel()) return at::empty({rows, width}, options);
  return memory_.narrow(0, begin, size).view({rows, width});
}

void Workspace::restart() {
  if (memory_.defined() && taken_ > memory_.numel()) {
    const auto options = memory_.options();
    memory_.reset();  // frees it before the new allocation
    memory_ = at::empty({taken_}, options);
  }
  taken_ = 0;
}

}  // namespace fedmeta::kernels
