// Memory that successive batches reuse in their passes. New memory would cost a page fault for every 4 KB, a
// tenth of the time of a small batch.
#pragma once

#include <ATen/core/Tensor.h>

namespace fedmeta::kernels {

class Workspace {
 public:
  /// Returns a tensor [rows, width] of undefined content. Later calls do not touch it until `restart`.
  at::Tensor take(std::int64_t rows, std::int64_t width, const at::TensorOptions& options);

  /// Takes back all memory. Grows to what was taken, so that the same takes find room the next time.
  void restart();

 private:
  at::Tensor memory_;  ///< flat
  std::int64_t taken_ = 0;
};

}  // namespace fedmeta::kernels
