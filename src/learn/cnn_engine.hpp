// The FEMNIST network's derivatives by hand-derived passes: no graph, weight gradients written where they
// stay.
#pragma once

#include <memory>

#include "learn/engine.hpp"
#include "model/femnist_cnn.hpp"

namespace fedmeta::learn {

/// For parameters on the CPU, float or double. The network must outlive the engine.
std::unique_ptr<Engine> make_cnn_engine(const model::FemnistCnn& network);

}  // namespace fedmeta::learn
