#include "cuda/adam_vectors.cuh"

#include <algorithm>

#include "cuda/launch.hpp"

namespace fedmeta::cuda {
namespace {

constexpr int threads = 256, at_once = 4;

// A client's vectors are rows of matrices and begin anywhere, so that numbers are read one by one; but those
// of several, since one alone would not keep the memory busy.
__global__ void __launch_bounds__(threads)
    run_adam(const __grid_constant__ AdamClients clients, std::int64_t size, AdamConstants constants) {
  const auto& a = clients.of[blockIdx.y];
  __shared__ AdamFactors factors;
  if (threadIdx.x == 0) factors = factors_of(constants, *a.steps);
  __syncthreads();
  const AdamFactors here = factors;
  constexpr std::int64_t stretch = threads * at_once;
  for (auto first = blockIdx.x * stretch; first < size; first += gridDim.x * stretch) {
    AdamNumber numbers[at_once];
#pragma unroll
    for (int u = 0; u < at_once; ++u) {
      const auto i = first + u * threads + threadIdx.x;
      if (i < size) numbers[u] = {a.theta[i], a.direction[i], a.mean[i], a.square[i]};
    }
#pragma unroll
    for (int u = 0; u < at_once; ++u) {
      const auto i = first + u * threads + threadIdx.x;
      if (i >= size) continue;
      numbers[u].step(constants, here);
      a.theta[i] = numbers[u].theta;
      a.mean[i] = numbers[u].mean;
      a.square[i] = numbers[u].square;
    }
  }
}

}  // namespace

void adam_step(const AdamClients& clients, int count, std::int64_t size, const AdamConstants& constants) {
  if (count == 0 || size == 0) return;
  constexpr std::int64_t most_blocks = 132 * 8;  // all of an H100 can have at once
  const auto blocks = std::min((size + threads * at_once - 1) / (threads * at_once), most_blocks);
  run_adam<<<dim3(static_cast<unsigned>(blocks), static_cast<unsigned>(count)), threads, 0,
             current_stream()>>>(clients, size, constants);
  check_launch();
}

}  // namespace fedmeta::cuda
