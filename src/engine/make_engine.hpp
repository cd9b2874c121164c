// Chooses the engine for a network.
#pragma once

#include <memory>

#include "engine/engine_choice.hpp"
#include "learn/engine.hpp"

namespace fedmeta::engine {

/// Returns an engine of that kind; the network must outlive it. `automatic` is what engines.def has for this
/// network, device and precision, else autograd; batched passes serve on GPUs alone then, since on the CPU
/// they are slower. Throws Error(usage) where there is none of the kind that is asked for.
std::unique_ptr<learn::Engine> make_engine(const model::Network& network, at::Device device,
                                           const EngineChoice& choice = {});

}  // namespace fedmeta::engine
