// What a client sends to the server: a direction to descend, exact for MAML and Meta-SGD.
//
// Chen et al. 2018, Algorithm 1; the reverse sweep of Hessian-vector products is the chain rule of the inner
// loop read backwards, v_k = (I - H_k diag(alpha)) v_{k+1}. Of the inner loop theta_0 .. theta_K are kept,
// and of each step what its loss keeps.
//
// Batches bring their own dropout keys. Those of inner loops and of query sets have none so far: dropout is
// off there.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "learn/engine.hpp"

namespace fedmeta::learn {

/// FedSGD: the full-batch gradient at theta.
Contribution fedsgd(const Engine& engine, const at::Tensor& theta, const Batch& data);

/// First-order MAML: grad L_Q(theta_K).
Contribution fomaml(const Engine& engine, const at::Tensor& theta, double alpha,
                    const std::vector<Batch>& steps, const Batch& query);

/// MAML: d L_Q(theta_K) / d theta.
Contribution maml(const Engine& engine, const at::Tensor& theta, double alpha,
                  const std::vector<Batch>& steps, const Batch& query);

/// First-order Meta-SGD: (grad L_Q(theta_K), -(sum_k g_k) o grad L_Q(theta_K)), alpha [P].
Contribution first_order_meta_sgd(const Engine& engine, const at::Tensor& theta, const at::Tensor& alpha,
                                  const std::vector<Batch>& steps, const Batch& query);

/// Meta-SGD: (d L_Q(theta_K) / d theta, d L_Q(theta_K) / d alpha), alpha [P].
Contribution meta_sgd(const Engine& engine, const at::Tensor& theta, const at::Tensor& alpha,
                      const std::vector<Batch>& steps, const Batch& query);

}  // namespace fedmeta::learn
