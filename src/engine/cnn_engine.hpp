// Derivatives of the FEMNIST network by hand-derived passes: no graph, and weight gradients written directly
// to their place.
#pragma once

#include <memory>

#include "engine/engine_choice.hpp"
#include "learn/engine.hpp"

namespace fedmeta::engine {

/// Returns null if the engine does not support the arguments. It supports convolutional networks with 5 x 5
/// kernels, two pools and padding that keeps the size, without dropout, on the CPU, in fp32 and double. The
/// network must outlive it.
std::unique_ptr<learn::Engine> offer_cnn_engine(const model::Network& network, at::Device device,
                                                const EngineChoice& choice);

}  // namespace fedmeta::engine
