// The inputs of the benchmarks: one generated client of each data set, with the network and the protocol of
// the profile `paper`.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>

#include "algorithms/algorithm.hpp"
#include "data/resident/batch.hpp"
#include "hosting/node_vectors.hpp"
#include "hosting/shard.hpp"
#include "learn/engine.hpp"
#include "settings/settings.hpp"
#include "suite.hpp"

namespace fedmeta::bench {

struct Subject {
  std::string dataset, model;
  std::string name() const { return dataset + "-" + model; }
};

inline const std::array<Subject, 5> subjects{{{"femnist", "cnn"},
                                              {"shakespeare", "lstm"},
                                              {"sent140", "lstm"},
                                              {"production", "lr"},
                                              {"production", "nn"}}};

class Problem {
 public:
  /// The client has `samples` samples, a fifth of which are its support set. (production: a round draws some
  /// of them.)
  Problem(const Subject& subject, std::int64_t samples, at::Device device);

  const model::Network& network() const { return *network_; }
  const learn::Engine& engine() const { return *engine_; }
  const at::Tensor& theta() const { return theta_; }  ///< [P], initial, on the device
  const data::Task& task() const { return task_; }
  /// Returns the profile's algorithm, with `batch` samples per step of local training and of the inner loop;
  /// 0 = all.
  std::unique_ptr<algorithms::Algorithm> algorithm(const std::string& name, std::int64_t batch) const;

 private:
  settings::Settings settings_;
  hosting::NodeVectors vectors_;
  std::unique_ptr<hosting::Shard> shard_;
  std::unique_ptr<model::Network> network_;
  std::unique_ptr<learn::Engine> engine_;
  at::Tensor theta_;
  data::Task task_;
};

/// Makes each problem on first use, the same on every rank.
class Problems {
 public:
  Problems(std::int64_t client_samples, at::Device device)
      : client_samples_(client_samples), device_(device) {}
  const Problem& operator[](const Subject& subject);
  std::int64_t client_samples() const { return client_samples_; }

 private:
  std::int64_t client_samples_;
  at::Device device_;
  std::map<std::string, Problem> made_;
};

/// Returns the bytes of a batch in the form in which the network reads it.
double sample_bytes(const data::Batch& batch);

}  // namespace fedmeta::bench
