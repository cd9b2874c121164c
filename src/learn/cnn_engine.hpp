// The FEMNIST network's derivatives by hand-derived passes: no graph, weight gradients written where they
// stay.
#pragma once

#include <memory>

#include "learn/engine.hpp"
#include "model/image_cnn.hpp"

namespace fedmeta::learn {

/// Whether they are derived for this network: 5 x 5 kernels, two pools, padding that keeps the size, no
/// dropout.
bool has_derived_passes(const model::ImageCnn& network);

/// For such a network with parameters on the CPU, float or double. The network must outlive the engine.
std::unique_ptr<Engine> make_cnn_engine(const model::ImageCnn& network);

}  // namespace fedmeta::learn
