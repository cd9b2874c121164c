// Who computes in these tests: ATen's operators in float32, the CUDA kernels' code compiled for the CPU, and,
// where there is a GPU, the kernels themselves. All are held against ATen's operators in double on the CPU.
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "device/cuda.hpp"

namespace fedmeta::test {

enum class Who { aten, on_cpu, on_gpu };

inline at::TensorOptions options_of(Who who) {
  return at::TensorOptions(who == Who::on_gpu ? at::kCUDA : at::kCPU).dtype(at::kFloat);
}

/// The kernels in question. `of_aten` serves as the choice for the CPU; `chosen` is what the GPU's tensors
/// get.
template <class Kernels>
const Kernels& kernels_of(Who who, const Kernels& of_aten, const Kernels& on_cpu,
                          const Kernels& (*chosen)(const at::Tensor&)) {
  if (who == Who::aten) return of_aten;
  if (who == Who::on_cpu) return on_cpu;
  const auto& kernels = chosen(at::empty({1}, options_of(who)));
  EXPECT_NE(&kernels, &of_aten) << "the plug-in is not there";
  return kernels;
}

class GroupKernels : public testing::TestWithParam<Who> {
 protected:
  void SetUp() override {
    const int gpus = device::usable_gpus();  // before ATen asks
    at::manual_seed(7);
    if (GetParam() == Who::on_gpu && gpus == 0) GTEST_SKIP() << "no GPU";
  }
};

inline std::string name_of(const testing::TestParamInfo<Who>& info) {
  return info.param == Who::aten ? "Aten" : info.param == Who::on_cpu ? "OnCpu" : "OnGpu";
}

#define FEDMETA_FOR_ALL_WHO(Suite) \
  INSTANTIATE_TEST_SUITE_P(All, Suite, testing::Values(Who::aten, Who::on_cpu, Who::on_gpu), name_of)

/// Small whole numbers over 8: their sums are exact in float32.
inline at::Tensor eighths(at::IntArrayRef shape) {
  return at::randint(-16, 17, shape, at::kDouble) / 8;
}

/// The largest difference, in parts of the largest number of `exact`.
inline double error(const at::Tensor& computed, const at::Tensor& exact) {
  EXPECT_EQ(computed.sizes(), exact.sizes());
  const auto scale = std::max(exact.abs().max().item<double>(), 1e-30);
  return (computed.cpu().to(at::kDouble) - exact).abs().max().item<double>() / scale;
}

}  // namespace fedmeta::test
