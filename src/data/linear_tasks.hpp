// Two published generators of synthetic data, in which each client's labels come from a linear model of its
// own: LEAF's (Caldas et al. 2018; docs/protocols.md 2.4) and synthetic(alpha, beta) (Li et al. 2020;
// docs/protocols.md 2.5).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/client.hpp"

namespace fedmeta {
class Random;
}

namespace fedmeta::data {

inline constexpr std::int64_t linear_width = 60;

/// Where one client's samples come from: x = centre + noise of variance j^-1.2 in dimension j = 1 .. 60, and
/// y is the class with the largest value of weights x + bias, plus noise of deviation label_noise for LEAF's.
struct LinearTask {
  std::int64_t samples;
  std::vector<double> centre;   ///< [60]
  std::vector<double> weights;  ///< [classes, 60], row-major
  std::vector<double> bias;     ///< [classes]
  double label_noise;
};

/// Tasks are drawn independently of each other from (seed, index). Immutable.
class LinearTasks {
 public:
  virtual ~LinearTasks() = default;
  virtual std::int32_t classes() const = 0;
  virtual LinearTask task(std::int64_t index) const = 0;
  /// Of that task.
  virtual std::int64_t samples(std::int64_t index) const = 0;
};

/// 5 classes; one cluster of tasks, whose matrix Q comes from the seed alone; 5 + floor of a log-normal(3, 2)
/// samples, at most 1,000.
std::unique_ptr<LinearTasks> make_leaf_tasks(std::uint64_t seed);

/// 10 classes; alpha and beta are the standard deviations of how far models and inputs differ between
/// clients; 50 + floor of a log-normal(4, 2) samples. The published generator knows no bound; here it is
/// 10,000, which one client in 200 meets. Throws Error(usage) for negative or infinite alpha or beta.
std::unique_ptr<LinearTasks> make_alpha_beta_tasks(double alpha, double beta, std::uint64_t seed);

/// The client's samples: Floats [n, 60].
Client draw_linear_client(const LinearTask& task, const std::string& id, Random& random);

}  // namespace fedmeta::data
