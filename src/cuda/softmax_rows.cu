#include "cuda/softmax_rows.cuh"

#include <algorithm>

#include "cuda/launch.hpp"

namespace fedmeta::cuda {
namespace {

constexpr int warp = 32, warps = 8;

struct Warp {
  static constexpr int size = warp;
  int rank;

  __device__ float largest(float x) const {
    for (int apart = warp / 2; apart > 0; apart /= 2) x = fmaxf(x, __shfl_xor_sync(~0u, x, apart));
    return x;
  }
  __device__ float sum(float x) const {
    for (int apart = warp / 2; apart > 0; apart /= 2) x += __shfl_xor_sync(~0u, x, apart);
    return x;
  }
};

template <class OfRow>
__global__ void __launch_bounds__(warp* warps) run_rows(std::int64_t rows, OfRow work) {
  const Warp team{static_cast<int>(threadIdx.x)};
  for (auto row = std::int64_t{blockIdx.x} * warps + threadIdx.y; row < rows;
       row += std::int64_t{gridDim.x} * warps)
    work(team, row);
}

template <class OfRow>
void for_each_row(std::int64_t rows, OfRow work) {
  if (rows == 0) return;
  const auto blocks = std::min<std::int64_t>((rows + warps - 1) / warps, 65535);
  run_rows<<<static_cast<unsigned>(blocks), dim3(warp, warps), 0, current_stream()>>>(rows, work);
  check_launch();
}

}  // namespace

void softmax_losses(const float* scores, const std::int64_t* labels, const float* share, std::int64_t rows,
                    std::int64_t classes, const SoftmaxResults& to) {
  for_each_row(rows, SoftmaxLossesOfRow<Warp>{scores, labels, share, classes, to});
}

void softmax_gradient_along(const float* probabilities, const float* share, const float* rscores,
                            std::int64_t rows, std::int64_t classes, float* out) {
  for_each_row(rows, SoftmaxAlongOfRow<Warp>{probabilities, share, rscores, classes, out});
}

}  // namespace fedmeta::cuda
