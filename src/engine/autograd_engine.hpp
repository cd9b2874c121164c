// Derivatives through ATen's autograd, the reference of all other engines.
#pragma once

#include <memory>

#include "learn/engine.hpp"

namespace fedmeta::engine {

/// Works for any network, which must outlive it. `products` says whose operators the network calls.
std::unique_ptr<learn::Engine> make_autograd_engine(const model::Network& network,
                                                    const model::Products& products);

}  // namespace fedmeta::engine
