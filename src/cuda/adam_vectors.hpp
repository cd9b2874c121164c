// What kernels/group_adam.hpp does, on plain arrays.
#pragma once

#include <cstdint>

namespace fedmeta::cuda {

struct AdamArrays {
  float* theta;
  const float* direction;
  float *mean, *square;
  const float* steps;  ///< one number
};

/// As many clients as a kernel's arguments have room for.
struct AdamClients {
  static constexpr int most = 32;
  AdamArrays of[most];
};

struct AdamConstants {
  double rate, beta1, beta2;
  float eps, weight_decay;
};

/// Of the first `count` clients, `size` numbers each.
void adam_step(const AdamClients& clients, int count, std::int64_t size, const AdamConstants& constants);

}  // namespace fedmeta::cuda
