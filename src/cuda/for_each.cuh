// Work on each number of arrays [clients, rows, width], as a kernel.
#pragma once

#include <algorithm>
#include <cstdint>

#include "cuda/launch.hpp"

namespace fedmeta::cuda {

struct Extent {
  std::int64_t clients, rows, width;
};

/// Consecutive threads have consecutive places in a row, then rows. What depends on the place alone is
/// computed once for all rows of a thread.
template <class Work>
__global__ void __launch_bounds__(256) run_for_each(Extent all, Work work) {
  const auto first = [](unsigned block, unsigned threads, unsigned thread) {
    return std::int64_t{block} * threads + thread;
  };
  const auto next_place = std::int64_t{gridDim.x} * blockDim.x,
             next_row = std::int64_t{gridDim.y} * blockDim.y;
  for (auto place = first(blockIdx.x, blockDim.x, threadIdx.x); place < all.width; place += next_place)
    for (std::int64_t client = blockIdx.z; client < all.clients; client += gridDim.z)
      for (auto row = first(blockIdx.y, blockDim.y, threadIdx.y); row < all.rows; row += next_row)
        work(client, row, place);
}

/// Calls work(client, row, place) for each, about `rows_a_thread` times in each thread.
template <class Work>
void for_each(Extent all, Work work, std::int64_t rows_a_thread = 1) {
  if (all.clients == 0 || all.rows == 0 || all.width == 0) return;
  constexpr std::int64_t threads = 256, most_blocks = 65535;
  const auto over = [](std::int64_t a, std::int64_t b) { return (a + b - 1) / b; };
  const auto tiles = over(all.width, threads), x = over(all.width, tiles), y = threads / x;
  const auto blocks = [&](std::int64_t wanted) {
    return static_cast<unsigned>(std::min(wanted, most_blocks));
  };
  const dim3 grid(blocks(tiles), blocks(over(all.rows, y * rows_a_thread)), blocks(all.clients));
  run_for_each<<<grid, dim3(static_cast<unsigned>(x), static_cast<unsigned>(y)), 0, current_stream()>>>(all,
                                                                                                        work);
  check_launch();
}

}  // namespace fedmeta::cuda
