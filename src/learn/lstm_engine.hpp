// The text networks' derivatives by hand-derived passes: no graph, all inputs' products at once, our own
// products and loops for a step.
#pragma once

#include <memory>

#include "learn/engine.hpp"
#include "model/lstm.hpp"

namespace fedmeta::learn {

/// For parameters on the CPU, float or double. The network must outlive the engine.
std::unique_ptr<Engine> make_lstm_engine(const model::Lstm& network);

}  // namespace fedmeta::learn
