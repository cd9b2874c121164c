// Chooses the engine for a network.
#pragma once

#include <memory>

#include "learn/engine.hpp"

namespace fedmeta::engine {

/// The words of --engine.
enum class EngineKind {
  automatic,  ///< the fastest that there is
  autograd,   ///< of any network, a client at a time
  derived,    ///< passes derived by hand, a client at a time
  batched     ///< the same for all clients of a group at once
};

/// By its word: auto, autograd, derived or batched.
EngineKind engine_kind_named(const std::string& word);

/// Returns an engine of that kind; the network must outlive it. `automatic` is what engines.def has for this
/// network, device and precision, else autograd; batched passes serve on GPUs alone then, since on the CPU
/// they are slower. Throws Error(usage) where there is none of the kind that is asked for.
std::unique_ptr<learn::Engine> make_engine(const model::Network& network, at::Device device,
                                           model::Precision precision = model::Precision::fp32,
                                           EngineKind kind = EngineKind::automatic);

}  // namespace fedmeta::engine
