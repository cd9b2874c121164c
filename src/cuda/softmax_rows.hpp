// What kernels/group_softmax.hpp does, on plain arrays [rows, classes]; labels and shares are one a row.
#pragma once

#include <cstdint>

namespace fedmeta::cuda {

/// Losses are one a row, times its share.
struct SoftmaxResults {
  float *losses, *probabilities, *gradient;
};

void softmax_losses(const float* scores, const std::int64_t* labels, const float* share, std::int64_t rows,
                    std::int64_t classes, const SoftmaxResults& to);
void softmax_gradient_along(const float* probabilities, const float* share, const float* rscores,
                            std::int64_t rows, std::int64_t classes, float* out);

}  // namespace fedmeta::cuda
