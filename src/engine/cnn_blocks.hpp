// Blocks of an image CNN's parameters. fc1's weight, the wide layer, is nearly all of them, so inner loops
// keep it apart from the rest, in factored form.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "model/image_cnn.hpp"

namespace fedmeta::engine {

/// Indices of the network's blocks in its layout.
enum CnnBlock { conv1, conv1_bias, conv2, conv2_bias, fc1, fc1_bias, fc2, fc2_bias };

/// Returns the number of rows at which the factors of the wide layer's weight are as long as the weight.
std::int64_t wide_break_even(const model::ImageCnn& network);

/// Returns vectors [..., P] without the wide layer's weight: [..., P - wide].
at::Tensor without_wide(const model::ImageCnn& network, const at::Tensor& vectors);

/// Returns views of such vectors, one per block: [..., shape ...]. That of the wide layer's weight is
/// undefined.
model::Weights views_of_rest(const model::ImageCnn& network, const at::Tensor& rest);

}  // namespace fedmeta::engine
