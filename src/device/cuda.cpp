#include "device/cuda.hpp"

#include <ATen/ATen.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <dlfcn.h>

namespace fedmeta::device {

int usable_gpus() {
  if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr) return 0;
  return at::detail::getCUDAHooks().hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
}

void synchronise(at::Device device) {
  if (device.is_cuda()) at::detail::getCUDAHooks().deviceSynchronize(device.index());
}

at::Tensor staged_for(at::Device device, const at::Tensor& host) {
  return device.is_cuda() ? host.pin_memory() : host;
}

}  // namespace fedmeta::device
