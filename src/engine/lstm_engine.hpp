// The text networks' derivatives by hand-derived passes: no graph, all inputs' products at once, our own
// products and loops for a step.
#pragma once

#include <memory>

#include "learn/engine.hpp"

namespace fedmeta::engine {

/// Returns null where it does not serve. It does on the CPU, in fp32 and double, for LSTM networks. The
/// network must outlive it.
std::unique_ptr<learn::Engine> offer_lstm_engine(const model::Network& network, at::Device device,
                                                 model::Precision precision);

}  // namespace fedmeta::engine
