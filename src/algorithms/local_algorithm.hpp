// What fedavg, fedavg-meta, reptile and perfedavg share: a client trains the server's parameters on its own
// samples.
#pragma once

#include "algorithms/algorithm.hpp"

namespace fedmeta::algorithms {

class LocalAlgorithm : public Algorithm {
 public:
  LocalAlgorithm(const RoundOptions& rounds, const LocalTraining& local, const ServerOptions& server)
      : Algorithm(rounds), local_(local), server_(server) {}

  learn::Updates client_updates(const learn::Engine& engine, const at::Tensor& phi, const learn::Group& group,
                                learn::ClientStates& states) const override;
  bool keeps_state() const override { return local_.adam == ClientAdam::persist; }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t support) const override;
  /// Not at all, where a method does not say otherwise.
  at::Tensor adapt(const learn::Engine& engine, const at::Tensor& phi,
                   const learn::Group& group) const override;
  bool adapts() const override { return false; }
  std::unique_ptr<learn::Optimizer> server_optimizer() const override { return server_.make_optimizer(); }

 protected:
  /// Of the rounds.
  const LocalTraining& local() const { return local_; }
  /// What clients train on: all their samples, or their support sets.
  learn::Batches training_sets(const learn::Group& group) const;
  bool has_same_training(const LocalAlgorithm& other) const {
    return round_options() == other.round_options() && local_ == other.local_ && server_ == other.server_;
  }

 private:
  LocalTraining local_;
  ServerOptions server_;
};

/// The parameters after training on the support sets, with fresh optimisers: [G, P].
at::Tensor trained_on_support(const learn::Engine& engine, const at::Tensor& theta, const learn::Group& group,
                              const LocalTraining& training);

}  // namespace fedmeta::algorithms
