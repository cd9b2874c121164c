// Tensors as the plain arrays that kernels take.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <cstdint>
#include <initializer_list>

namespace fedmeta::cuda {

/// The numbers of a contiguous float32 tensor; null if it is undefined.
inline float* array_of(const at::Tensor& tensor) {
  if (!tensor.defined()) return nullptr;
  TORCH_CHECK(tensor.is_contiguous() && tensor.scalar_type() == at::kFloat,
              "not a contiguous float32 tensor");
  return tensor.data_ptr<float>();
}

/// Whether all have their numbers in fours, of `width` in a row, so that they can be read that way.
inline bool in_fours(std::int64_t width, std::initializer_list<const void*> arrays) {
  if (width % 4 != 0) return false;
  for (const auto* array : arrays)
    if (reinterpret_cast<std::uintptr_t>(array) % 16 != 0) return false;
  return true;
}

}  // namespace fedmeta::cuda
