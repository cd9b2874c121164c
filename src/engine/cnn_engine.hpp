// The FEMNIST network's derivatives by hand-derived passes: no graph, weight gradients written where they
// stay.
#pragma once

#include <memory>

#include "learn/engine.hpp"

namespace fedmeta::engine {

/// Returns null where it does not serve. It does on the CPU, in fp32 and double, for convolutional networks
/// of 5 x 5 kernels, two pools and padding that keeps the size, without dropout. The network must outlive it.
std::unique_ptr<learn::Engine> offer_cnn_engine(const model::Network& network, at::Device device,
                                                model::Precision precision);

}  // namespace fedmeta::engine
