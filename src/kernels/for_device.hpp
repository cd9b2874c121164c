// Chooses what computes on a tensor's device: the plug-in's CUDA kernels for float32 on a GPU, where there is
// a plug-in, and ATen's operators for everything else.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "device/plugin.hpp"

namespace fedmeta::kernels {

/// `maker` names the plug-in's function that makes a Kernels.
template <class Kernels>
const Kernels& for_device(const at::Tensor& tensor, const Kernels& of_aten, const char* maker) {
  if (!tensor.is_cuda() || tensor.scalar_type() != at::kFloat) return of_aten;
  static const std::unique_ptr<const Kernels> of_cuda(
      static_cast<const Kernels*>(device::from_plugin(maker)));
  return of_cuda ? *of_cuda : of_aten;
}

}  // namespace fedmeta::kernels
