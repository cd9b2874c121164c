#include "device/binding.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace fedmeta::device {

int bind_device(const std::string& wanted, int local_rank, int gpus) {
  if (wanted == "cpu") return -1;
  if (gpus == 0 && wanted == "cuda")
    throw Error(Status::system, "no usable GPU", "--device cuda",
                "use --device cpu, or check the driver and that libtorch's CUDA libraries are installed");
  return gpus == 0 ? -1 : local_rank % gpus;
}

int threads_per_rank(int wanted, int cores, int local_ranks) {
  return wanted > 0 ? wanted : std::max(1, cores / std::max(1, local_ranks));
}

}  // namespace fedmeta::device
