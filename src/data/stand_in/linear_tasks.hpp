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

/// The source of one client's samples: x = centre + noise of variance j^-1.2 in dimension j = 1 .. 60, and y
/// is the class with the largest value of weights x + bias. LEAF adds noise of standard deviation label_noise
/// to these values.
struct LinearTask {
  std::int64_t samples;
  std::vector<double> centre;   ///< [60]
  std::vector<double> weights;  ///< [classes, 60], row-major
  std::vector<double> bias;     ///< [classes]
  double label_noise;
};

/// Draws each task from (seed, index) alone. Immutable.
class LinearTasks {
 public:
  virtual ~LinearTasks() = default;
  virtual std::int32_t classes() const = 0;
  virtual LinearTask task(std::int64_t index) const = 0;
  /// Returns the number of samples of a task.
  virtual std::int64_t samples(std::int64_t index) const = 0;
};

/// LEAF's tasks: 5 classes; one cluster of tasks, whose matrix Q depends on the seed alone; 5 + floor of a
/// log-normal(3, 2) samples, at most 1,000.
std::unique_ptr<LinearTasks> make_leaf_tasks(std::uint64_t seed);

/// Tasks of synthetic(alpha, beta): 10 classes; alpha and beta are the standard deviations between clients of
/// models and inputs; 50 + floor of a log-normal(4, 2) samples. The published generator has no upper bound;
/// here it is 10,000, which one client in 200 reaches. Throws Error(usage) for negative or infinite alpha or
/// beta.
std::unique_ptr<LinearTasks> make_alpha_beta_tasks(double alpha, double beta, std::uint64_t seed);

/// Draws the client's samples: Floats [n, 60].
Client draw_linear_client(const LinearTask& task, const std::string& id, Random& random);

}  // namespace fedmeta::data
