#include "oracle/naive_learning.hpp"

#include "oracle/naive_cnn.hpp"

namespace fedmeta::oracle {
namespace {

std::vector<Vector> inner_path(const Vector& theta, const Vector& alpha, int epochs, const Samples& support) {
  std::vector<Vector> path{theta};
  for (int k = 0; k < epochs; ++k) {
    const auto g = gradient(path.back(), support).theta;
    Vector next = path.back();
    for (std::size_t i = 0; i < next.size(); ++i) next[i] -= alpha[i] * g[i];
    path.push_back(std::move(next));
  }
  return path;
}

}  // namespace

Direction gradient(const Vector& theta, const Samples& samples) {
  Direction g{Vector(theta.size(), 0.0)};
  const double share = 1.0 / static_cast<double>(samples.size());
  for (const auto& sample : samples)
    g.loss += share * add_gradient(theta, sample.x, sample.y, share, g.theta);
  return g;
}

Vector hessian_product(const Vector& theta, const Samples& samples, const Vector& v) {
  std::vector<Dual> moving(theta.size()), g(theta.size());
  for (std::size_t i = 0; i < theta.size(); ++i) moving[i] = {theta[i], v[i]};
  const double share = 1.0 / static_cast<double>(samples.size());
  for (const auto& sample : samples) add_gradient(moving, sample.x, sample.y, share, g);
  Vector product(theta.size());
  for (std::size_t i = 0; i < theta.size(); ++i) product[i] = g[i].d;
  return product;
}

Direction fedavg(const Vector& theta, double rate, int epochs, const Samples& samples) {
  Direction difference{Vector(theta.size(), 0.0)};
  Vector local = theta;
  for (int k = 0; k < epochs; ++k) {
    const auto g = gradient(local, samples);
    difference.loss += g.loss / epochs;
    for (std::size_t i = 0; i < theta.size(); ++i) local[i] -= rate * g.theta[i];
  }
  for (std::size_t i = 0; i < theta.size(); ++i) difference.theta[i] = theta[i] - local[i];
  return difference;
}

Direction fomaml(const Vector& theta, const Vector& alpha, int epochs, const Samples& support,
                 const Samples& query) {
  return gradient(inner_path(theta, alpha, epochs, support).back(), query);
}

// theta_{k+1} = theta_k - alpha o g(theta_k), so with v the gradient of the query loss at theta_{k+1}:
// at theta_k it is v - H (alpha o v), and -g o v is this step's share of alpha's.
Direction meta_gradient(const Vector& theta, const Vector& alpha, int epochs, const Samples& support,
                        const Samples& query) {
  const auto path = inner_path(theta, alpha, epochs, support);
  auto result = gradient(path.back(), query);
  auto& v = result.theta;
  result.alpha.assign(theta.size(), 0.0);
  for (auto k = static_cast<std::size_t>(epochs); k-- > 0;) {
    const auto g = gradient(path[k], support).theta;
    Vector scaled(v.size());
    for (std::size_t i = 0; i < v.size(); ++i) {
      result.alpha[i] -= g[i] * v[i];
      scaled[i] = alpha[i] * v[i];
    }
    const auto product = hessian_product(path[k], support, scaled);
    for (std::size_t i = 0; i < v.size(); ++i) v[i] -= product[i];
  }
  return result;
}

}  // namespace fedmeta::oracle
