// A second way of counting executed FLOPs: callbacks on ATen's operators and on our own
// product, from the shapes they were given.
#pragma once

#include <cstdint>

namespace fedmeta::engine {

/// Counts, while it lives and on its thread, 2 FLOPs per multiply-add of every matrix product, convolution
/// and convolution backward. What a convolution calls within itself is not counted again.
class ProductObserver {
 public:
  ProductObserver();
  ~ProductObserver();
  ProductObserver(const ProductObserver&) = delete;
  ProductObserver& operator=(const ProductObserver&) = delete;

  std::int64_t flops() const;

 private:
  std::uint64_t handle_;
};

}  // namespace fedmeta::engine
