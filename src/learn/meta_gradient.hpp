// What clients send to the server: directions to descend, exact for MAML and Meta-SGD.
//
// Chen et al. 2018, Algorithm 1; the reverse sweep of Hessian-vector products is the chain rule of the inner
// loop read backwards, v_k = (I - H_k diag(alpha)) v_{k+1}. Of the inner loop theta_0 .. theta_K are kept,
// and of each step what its loss keeps.
//
// All is of a group: theta is [P], as the server sends it to all, or [G, P]; steps and queries have one batch
// for each client. A client with fewer steps than another stays where it is in the rest: its gradients and
// products are zeros there.
//
// Batches bring their own dropout keys. Those of inner loops and of query sets have none so far: dropout is
// off there.
#pragma once

#include <ATen/core/Tensor.h>

#include "learn/engine.hpp"
#include "learn/inner_rate.hpp"

namespace fedmeta::learn {

/// theta_K [G, P], or theta itself where there is no step: gradient steps on the support set.
at::Tensor adapt(const Engine& engine, const at::Tensor& theta, const InnerRate& alpha, const Steps& steps);

/// FedSGD: the full-batch gradient at theta.
Updates fedsgd(const Engine& engine, const at::Tensor& theta, const Batches& data);

/// First-order MAML: grad L_Q(theta_K).
Updates fomaml(const Engine& engine, const at::Tensor& theta, double alpha, const Steps& steps,
               const Batches& queries);

/// MAML: d L_Q(theta_K) / d theta.
Updates maml(const Engine& engine, const at::Tensor& theta, double alpha, const Steps& steps,
             const Batches& queries);

/// First-order Meta-SGD: (grad L_Q(theta_K), -(sum_k g_k) o grad L_Q(theta_K)), alpha [P].
Updates first_order_meta_sgd(const Engine& engine, const at::Tensor& theta, const at::Tensor& alpha,
                             const Steps& steps, const Batches& queries);

/// Meta-SGD: (d L_Q(theta_K) / d theta, d L_Q(theta_K) / d alpha), alpha [P].
Updates meta_sgd(const Engine& engine, const at::Tensor& theta, const at::Tensor& alpha, const Steps& steps,
                 const Batches& queries);

}  // namespace fedmeta::learn
