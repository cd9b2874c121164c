// Chooses the engine for a network.
#pragma once

#include <memory>

#include "learn/engine.hpp"

namespace fedmeta::engine {

/// Returns the fastest engine for this network, device and precision. The network must outlive it.
std::unique_ptr<learn::Engine> make_engine(const model::Network& network, at::Device device,
                                           model::Precision precision = model::Precision::fp32);

}  // namespace fedmeta::engine
