// Derivatives of the text networks by hand-derived passes: no graph, one product for the inputs of all steps,
// our own products and loops within a step.
#pragma once

#include <memory>

#include "engine/engine_choice.hpp"
#include "learn/engine.hpp"

namespace fedmeta::engine {

/// Returns null if the engine does not support the arguments. It supports LSTM networks on the CPU, in fp32
/// and double. The network must outlive it.
std::unique_ptr<learn::Engine> offer_lstm_engine(const model::Network& network, at::Device device,
                                                 const EngineChoice& choice);

}  // namespace fedmeta::engine
