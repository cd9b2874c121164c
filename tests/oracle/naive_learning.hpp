// What a client sends to the server, after the papers' formulas, in double.
#pragma once

#include <span>
#include <vector>

#include "oracle/leaf_samples.hpp"

namespace fedmeta::oracle {

using Vector = std::vector<double>;
using Samples = std::vector<Sample>;

/// A gradient of the mean loss over samples, or a meta-gradient, with the loss.
struct Direction {
  Vector theta;
  double loss = 0;
  Vector alpha{};  ///< Meta-SGD only
};

Direction gradient(const Vector& theta, const Samples& samples);

/// The Hessian of the mean loss times v: the derivative part of the gradient at theta + e v.
Vector hessian_product(const Vector& theta, const Samples& samples, const Vector& v);

/// theta - theta' after `epochs` steps on all samples at once.
Direction fedavg(const Vector& theta, double rate, int epochs, const Samples& samples);

/// The gradient on the query set where `epochs` inner steps on the support set lead.
Direction fomaml(const Vector& theta, const Vector& alpha, int epochs, const Samples& support,
                 const Samples& query);

/// The gradient of that query loss with respect to the first theta and, as in Meta-SGD, to alpha.
/// With a constant alpha, theta's is MAML's.
Direction meta_gradient(const Vector& theta, const Vector& alpha, int epochs, const Samples& support,
                        const Samples& query);

}  // namespace fedmeta::oracle
