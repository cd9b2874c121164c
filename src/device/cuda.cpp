#include "device/cuda.hpp"

#include <ATen/ATen.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/DeviceGuard.h>
#include <dlfcn.h>

#include <array>
#include <cstddef>

#include "cost/device_bytes.hpp"

namespace fedmeta::device {

int usable_gpus() {
  if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr) return 0;
  return at::detail::getCUDAHooks().hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
}

void synchronise(at::Device device) {
  if (device.is_cuda()) at::detail::getCUDAHooks().deviceSynchronize(device.index());
}

std::optional<std::int64_t> free_memory(at::Device device) {
  if (!device.is_cuda()) return {};
  // Of the runtime that came with libtorch's CUDA half. libtorch asks by itself from 2.10 on.
  using MemGetInfo = int (*)(std::size_t*, std::size_t*);
  const auto ask = reinterpret_cast<MemGetInfo>(dlsym(RTLD_DEFAULT, "cudaMemGetInfo"));
  const c10::DeviceGuard current(device);
  std::size_t free = 0, total = 0;
  if (ask == nullptr || ask(&free, &total) != 0) return {};
  return static_cast<std::int64_t>(free);
}

bool is_out_of_memory(const c10::Error& error) {
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr) return true;
  const std::string text = error.what_without_backtrace();
  return text.find("CUDA") != std::string::npos && text.find("out of memory") != std::string::npos;
}

void free_kept_memory(at::Device device) {
  if (!device.is_cuda()) return;
  synchronise(device);
  c10::getDeviceAllocator(device.type())->emptyCache();
}

std::string gpu_place(at::Device device) {
  if (!device.is_cuda()) return "";
  using GetPciBusId = int (*)(char*, int, int);
  const auto ask = reinterpret_cast<GetPciBusId>(dlsym(RTLD_DEFAULT, "cudaDeviceGetPCIBusId"));
  std::array<char, 64> place{};
  if (ask == nullptr || ask(place.data(), static_cast<int>(place.size()), device.index()) != 0) return "";
  return place.data();
}

std::string gpu_name(at::Device device) {
  if (!device.is_cuda()) return "";
  // Of the driver, which libtorch's CUDA half has started. It counts GPUs as the runtime does.
  using DeviceGetName = int (*)(char*, int, int);
  void* driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  const auto ask =
      driver == nullptr ? nullptr : reinterpret_cast<DeviceGetName>(dlsym(driver, "cuDeviceGetName"));
  std::array<char, 128> name{};
  if (ask == nullptr || ask(name.data(), static_cast<int>(name.size()) - 1, device.index()) != 0) return "";
  return name.data();
}

at::Tensor host_memory(at::Device device, std::int64_t length, at::ScalarType type) {
  return at::empty({length}, at::TensorOptions(at::kCPU).dtype(type).pinned_memory(device.is_cuda()));
}

at::Tensor sent_to(at::Device device, const at::Tensor& host) {
  if (!device.is_cuda()) return host;
  cost::count_device_bytes(static_cast<std::int64_t>(host.nbytes()));
  return host.pin_memory().to(device, /*non_blocking=*/true);
}

}  // namespace fedmeta::device
