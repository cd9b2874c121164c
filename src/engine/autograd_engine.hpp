// Derivatives by ATen's autograd, the reference for all other engines.
#pragma once

#include <memory>

#include "learn/engine.hpp"

namespace fedmeta::engine {

/// Returns an engine for any network, which must outlive it. `products` are the operators that the network
/// calls.
std::unique_ptr<learn::Engine> make_autograd_engine(const model::Network& network,
                                                    const model::Products& products);

}  // namespace fedmeta::engine
