// How kernels are started. Their launchers and what they do have no part of libtorch in them, which nvcc
// would need ten seconds to read.
#pragma once

#include <cuda_runtime_api.h>

namespace fedmeta::cuda {

/// libtorch's, of the current device.
cudaStream_t current_stream();

/// Throws if the launch before it failed.
void check_launch();

}  // namespace fedmeta::cuda
