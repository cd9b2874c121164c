// Adam's step of one number.
#pragma once

#include <cmath>

#include "cuda/adam_vectors.hpp"
#include "cuda/on_both.hpp"

namespace fedmeta::cuda {

/// What is the same for all numbers of a client.
struct AdamFactors {
  float rate;        ///< over the bias correction of the mean
  float root_scale;  ///< 1 / the root of that of the square
};

/// Of a client's step that is its `steps`-th.
FEDMETA_ON_BOTH inline AdamFactors factors_of(const AdamConstants& c, float steps) {
  const double count = steps;
  return {static_cast<float>(c.rate / (1 - pow(c.beta1, count))),
          static_cast<float>(1 / sqrt(1 - pow(c.beta2, count)))};
}

struct AdamNumber {
  FEDMETA_ON_BOTH void step(const AdamConstants& c, const AdamFactors& factors) {
    const auto beta1 = static_cast<float>(c.beta1), beta2 = static_cast<float>(c.beta2);
    const float g = direction + c.weight_decay * theta;
    mean = beta1 * mean + static_cast<float>(1 - c.beta1) * g;
    square = beta2 * square + static_cast<float>(1 - c.beta2) * g * g;
    theta -= factors.rate * mean / (sqrtf(square) * factors.root_scale + c.eps);
  }

  float theta, direction, mean, square;
};

}  // namespace fedmeta::cuda
