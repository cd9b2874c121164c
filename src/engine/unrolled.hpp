// A second implementation of the meta-gradients: plain autograd through the whole unrolled inner loop.
//
// Shares nothing with meta_gradient.cpp but the network's definition, and so serves as reference for validity
// checks and tests. Memory grows with the number of steps.
#pragma once

#include <vector>

#include "engine/client_engine.hpp"

namespace fedmeta::engine {

/// Returns one client's d L_Q(theta_K) / d theta, [P], followed by d / d alpha if `wrt_alpha`, [2P]. alpha is
/// [P] or a scalar tensor. Uses ATen's own operators unless other `products` are given.
Gradient unrolled_meta_gradient(const model::Network& network, const at::Tensor& theta,
                                const at::Tensor& alpha, const std::vector<learn::Batch>& steps,
                                const learn::Batch& query, bool wrt_alpha,
                                const model::Products& products = model::plain_products());

}  // namespace fedmeta::engine
