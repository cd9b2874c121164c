#include <cooperative_groups.h>

#include "cuda/launch.hpp"
#include "cuda/lstm_loops.cuh"

namespace fedmeta::cuda {
namespace {

namespace groups = cooperative_groups;

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900  // which have clusters

extern __shared__ __align__(16) float numbers[];

struct Seat {
  int blocks;

  __device__ int client() const { return static_cast<int>(blockIdx.x) / blocks; }
  __device__ int block() const { return static_cast<int>(blockIdx.x) % blocks; }
  __device__ int thread() const { return static_cast<int>(threadIdx.x); }
  __device__ float* shared() const { return numbers; }
  __device__ float* shared_of(int block) const {
    return groups::this_cluster().map_shared_rank(numbers, static_cast<unsigned>(block));
  }
};

/// This thread, which meets the others.
template <class Thread>
struct Team {
  Thread thread;

  template <class Phase>
  __device__ void each(const Phase& phase) {
    phase(thread);
  }
  __device__ static void meet() { __syncthreads(); }
  __device__ static void arrive() { groups::this_cluster().barrier_arrive(); }
  __device__ static void wait() { groups::this_cluster().barrier_wait(); }
};

#endif

// A thread's share of W takes half of its registers, and a multiprocessor has room for one block.
template <class Cell>
__global__ void __launch_bounds__(threads_of_block, 1) run_forward(const __grid_constant__ LstmLoop loop) {
#if __CUDA_ARCH__ >= 900
  Team<LstmForwardThread<Cell, Seat>> team{{loop, Seat{loop.plan.blocks}}};
  run_forward(team, static_cast<int>(loop.arrays.length));
#endif
}

template <class Cell>
__global__ void __launch_bounds__(threads_of_block, 1) run_backward(const __grid_constant__ LstmLoop loop) {
#if __CUDA_ARCH__ >= 900
  Team<LstmBackwardThread<Cell, Seat>> team{{loop, Seat{loop.plan.blocks}}};
  run_backward(team, static_cast<int>(loop.arrays.length));
#endif
}

void launch(void (*kernel)(LstmLoop), const LstmLoop& loop, int numbers_in_shared) {
  const auto& a = loop.arrays;
  if (a.clients == 0 || a.length == 0 || a.rows == 0 || a.hidden == 0) return;
  const auto blocks = static_cast<unsigned>(loop.plan.blocks);
  cudaLaunchAttribute cluster{};
  cluster.id = cudaLaunchAttributeClusterDimension;
  cluster.val.clusterDim.x = blocks;
  cluster.val.clusterDim.y = 1;
  cluster.val.clusterDim.z = 1;
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>(a.clients) * blocks);
  config.blockDim = dim3(threads_of_block);
  config.dynamicSmemBytes = static_cast<std::size_t>(numbers_in_shared) * sizeof(float);
  config.stream = current_stream();
  config.attrs = &cluster;
  config.numAttrs = 1;
  cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                       static_cast<int>(config.dynamicSmemBytes));
  cudaLaunchKernelEx(&config, kernel, loop);
  check_launch();
}

template <class Cell>
void forward(const LstmArrays& arrays, const RecurrentWeight& weight) {
  const auto plan = LstmLoopPlan::of(arrays);
  launch(run_forward<Cell>, {arrays, weight, plan, plan.forward()}, plan.forward_numbers());
}

template <class Cell>
void backward(const LstmArrays& arrays, const RecurrentWeight& weight) {
  const auto plan = LstmLoopPlan::of(arrays);
  launch(run_backward<Cell>, {arrays, weight, plan, plan.backward()}, plan.backward_numbers());
}

std::size_t memory_of_this_device() {
  int device = 0, has_clusters = 0, bytes = 0;
  cudaGetDevice(&device);
  cudaDeviceGetAttribute(&has_clusters, cudaDevAttrClusterLaunch, device);
  cudaDeviceGetAttribute(&bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
  cudaFuncAttributes code{};
  cudaFuncGetAttributes(&code, run_forward<LstmForwardCell>);
  check_launch();
  return has_clusters != 0 && code.ptxVersion >= 90 ? static_cast<std::size_t>(bytes) : 0;
}

}  // namespace

std::size_t lstm_loop_memory() {
  static const auto bytes = memory_of_this_device();
  return bytes;
}

void lstm_forward_loop(const LstmArrays& arrays, const RecurrentWeight& weight) {
  forward<LstmForwardCell>(arrays, weight);
}
void lstm_backward_loop(const LstmArrays& arrays, const RecurrentWeight& weight) {
  backward<LstmBackwardCell>(arrays, weight);
}
void lstm_forward_along_loop(const LstmArrays& arrays, const RecurrentWeight& weight) {
  forward<LstmForwardAlongCell>(arrays, weight);
}
void lstm_backward_along_loop(const LstmArrays& arrays, const RecurrentWeight& weight) {
  backward<LstmBackwardAlongCell>(arrays, weight);
}

}  // namespace fedmeta::cuda
