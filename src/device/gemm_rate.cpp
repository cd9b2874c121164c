#include "device/gemm_rate.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>

#include "cost/stopwatch.hpp"
#include "device/cuda.hpp"

namespace fedmeta::device {

double gemm_flops_per_second(at::Device device, std::int64_t n) {
  const auto a = at::rand({n, n}, at::TensorOptions(device).dtype(at::kFloat));
  auto product = at::empty_like(a);
  const auto seconds = [&] {
    const cost::Stopwatch clock;
    at::mm_out(product, a, a);
    synchronise(device);
    return clock.seconds();
  };
  seconds();
  std::array<double, 9> times;
  for (double& time : times) time = seconds();
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  return 2.0 * static_cast<double>(n * n * n) / times[times.size() / 2];
}

}  // namespace fedmeta::device
