// The directions that clients send to the server, which moves against them; exact for MAML and Meta-SGD.
//
// Chen et al. 2018, Algorithm 1. The backward sweep of Hessian-vector products is the chain rule applied to
// the inner loop in reverse, v_k = (I - H_k diag(alpha)) v_{k+1}. It keeps theta_0 .. theta_K and, of each
// step, what its GroupLoss keeps.
//
// Everything is computed for a group: theta is [P], as the server sends it to all clients, or [G, P]; steps
// and queries have one batch per client. A client with fewer steps than another stays unchanged in the
// remaining ones: its gradients and products are zeros there.
//
// Batches carry their own dropout keys. Batches of inner loops and of query sets have none, so dropout is off
// in them.
#pragma once

#include <ATen/core/Tensor.h>

#include "learn/engine.hpp"
#include "learn/inner_rate.hpp"

namespace fedmeta::learn {

/// Takes gradient steps on the support set. Returns theta_K [G, P], or theta itself if there are no steps.
at::Tensor adapt(const Engine& engine, const at::Tensor& theta, const InnerRate& alpha, const Steps& steps);

/// Returns FedSGD's directions: the full-batch gradient at theta.
Updates fedsgd(const Engine& engine, const at::Tensor& theta, const Batches& data);

/// Returns first-order MAML's directions: grad L_Q(theta_K).
Updates fomaml(const Engine& engine, const at::Tensor& theta, double alpha, const Steps& steps,
               const Batches& queries);

/// Returns MAML's directions: d L_Q(theta_K) / d theta.
Updates maml(const Engine& engine, const at::Tensor& theta, double alpha, const Steps& steps,
             const Batches& queries);

/// Returns first-order Meta-SGD's directions: (grad L_Q(theta_K), -(sum_k g_k) o grad L_Q(theta_K)), alpha
/// [P].
Updates first_order_meta_sgd(const Engine& engine, const at::Tensor& theta, const at::Tensor& alpha,
                             const Steps& steps, const Batches& queries);

/// Returns Meta-SGD's directions: (d L_Q(theta_K) / d theta, d L_Q(theta_K) / d alpha), alpha [P].
Updates meta_sgd(const Engine& engine, const at::Tensor& theta, const at::Tensor& alpha, const Steps& steps,
                 const Batches& queries);

}  // namespace fedmeta::learn
