// What decides which engine computes.
#pragma once

#include <string>

#include "model/precision.hpp"

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

struct EngineChoice {
  model::Precision precision = model::Precision::fp32;
  EngineKind kind = EngineKind::automatic;
  bool cuda_graphs = true;  ///< on GPUs, whether work is recorded to be launched as a whole
};

}  // namespace fedmeta::engine
