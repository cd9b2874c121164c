#include "app/machine.hpp"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <dlfcn.h>
#include <malloc.h>
#include <sched.h>
#include <torch/headeronly/version.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <limits>

#include "base/error.hpp"
#include "comm/device_binding.hpp"
#include "learn/gemm_rate.hpp"

namespace fedmeta::app {
namespace {

/// GPUs that libtorch can use. Its CUDA half registers itself when loaded, which must come before ATen first
/// asks for it; where it or its libraries are missing there are none.
int usable_gpus() {
  if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr) return 0;
  return at::detail::getCUDAHooks().hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
}

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

/// The cores that the ranks of this node may use, all together: a batch system or mpirun may have narrowed
/// them, for each rank alike or apart.
int node_cores(const comm::Communicator& node) {
  cpu_set_t mine;
  CPU_ZERO(&mine);
  sched_getaffinity(0, sizeof mine, &mine);
  const auto* bytes = reinterpret_cast<const std::byte*>(&mine);
  cpu_set_t all;
  CPU_ZERO(&all);
  for (const auto& part : node.all_gather(comm::Bytes(bytes, bytes + sizeof mine))) {
    cpu_set_t one;
    std::memcpy(&one, part.data(), sizeof one);
    CPU_OR(&all, &all, &one);
  }
  return CPU_COUNT(&all);
}

}  // namespace

void keep_freed_memory() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
}

at::Device prepare_device(const comm::Communicator& world, const std::string& wanted, int threads,
                          model::Precision precision) {
  const auto node = world.node();
  at::set_num_threads(comm::threads_per_rank(threads, node_cores(node), node.size()));
  at::Device device(at::kCPU);
  comm::agree(world, [&] {
    const int gpus = wanted == "cpu" ? 0 : usable_gpus();
    const int index = comm::bind_device(wanted, node.rank(), gpus);
    if (index < 0 && precision == model::Precision::tf32)
      throw Error(Status::usage, "only GPUs have matrix units for tf32", "--precision tf32",
                  "use bf16 or fp32, or a machine with a GPU");
    model::allow_matrix_units(precision);
    at::globalContext().setDeterministicCuDNN(true);  // the same bits for the same work
    if (index >= 0) device = at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index));
  });
  return device;
}

void wait_for_device(at::Device device) {
  if (device.is_cuda()) at::detail::getCUDAHooks().deviceSynchronize(device.index());
}

record::System describe_system(const comm::Communicator& world, at::Device device) {
  record::System system;
  system.host = world.all_gather(host_name());
  system.device = world.all_gather(device.str());
  system.pid = world.gather(static_cast<std::int32_t>(getpid()));
  system.rank = world.gather(static_cast<std::int32_t>(world.rank()));
  system.threads = world.gather(static_cast<std::int32_t>(at::get_num_threads()));
  system.gemm_flops_per_second = measure_gemm(world, device);
  return system;
}

std::vector<double> measure_gemm(const comm::Communicator& world, at::Device device) {
  world.wait_for_all();
  return world.gather(learn::gemm_flops_per_second(device));
}

std::string libtorch_version() {
  return TORCH_VERSION;
}

}  // namespace fedmeta::app
