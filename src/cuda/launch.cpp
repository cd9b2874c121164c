#include "cuda/launch.hpp"

#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAStream.h>

namespace fedmeta::cuda {

cudaStream_t current_stream() {
  return c10::cuda::getCurrentCUDAStream().stream();
}

void check_launch() {
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}

}  // namespace fedmeta::cuda
