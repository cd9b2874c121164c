// An algorithm as the server sees it: what clients send, how the server steps, how a client adapts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "algorithms/options.hpp"
#include "base/random.hpp"
#include "engine/autograd_engine.hpp"
#include "learn/local_training.hpp"
#include "learn/meta_gradient.hpp"

namespace fedmeta::algorithms {

/// The independent path on which updates are re-derived: general autograd through these products.
struct Reference {
  const model::Network& network;
  const model::Products& products;

  std::unique_ptr<learn::Engine> engine() const { return engine::make_autograd_engine(network, products); }
};

/// phi is what the server sends: theta [P], for Meta-SGD (theta, alpha) [2P]. A client sends as many numbers
/// back: [D] below.
class Algorithm {
 public:
  explicit Algorithm(const RoundOptions& rounds) : round_options_(rounds) {}
  virtual ~Algorithm() = default;

  /// What holds in its rounds, whatever the method.
  const RoundOptions& round_options() const { return round_options_; }

  /// The first phi, from fresh parameters theta [P].
  virtual at::Tensor initial(const at::Tensor& theta) const { return theta.clone(); }
  /// The parameters within phi.
  virtual at::Tensor theta(const at::Tensor& phi) const { return phi; }
  /// How many numbers go each way between server and client, P being the network's.
  virtual std::int64_t sent_parameters(std::int64_t p) const { return p; }

  /// What clients send in a round. They start with `states`, empty at first, and leave them changed, where
  /// clients keep a state.
  virtual learn::Updates client_updates(const learn::Engine& engine, const at::Tensor& phi,
                                        const learn::Group& group, learn::ClientStates& states) const = 0;
  /// Whether clients keep a state; the same client must then always be trained by the same rank.
  virtual bool keeps_state() const { return false; }
  /// Of one client with a fresh state, [D].
  at::Tensor direction(const learn::Engine& engine, const at::Tensor& phi, const learn::Task& task,
                       const Random& order) const;
  /// The same on the reference's path, without the sweep and the counted products. By the algorithm's own
  /// code, which is enough where that is a sum of gradients.
  virtual at::Tensor rederive(const Reference& reference, const at::Tensor& phi, const learn::Task& task,
                              const Random& order) const {
    return direction(*reference.engine(), phi, task, order);
  }
  /// Algorithmic training FLOPs of a client with so many samples in the round, F per forward sample.
  virtual std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t support) const = 0;

  /// The parameters with which new clients meet their query sets, after adapting to their support sets: [G,
  /// P], or [P] where they do not adapt.
  virtual at::Tensor adapt(const learn::Engine& engine, const at::Tensor& phi,
                           const learn::Group& group) const = 0;
  /// Whether `adapt` does anything.
  virtual bool adapts() const { return true; }
  /// Whether the training of another algorithm is this one's to the bit, and only `adapt` may differ.
  virtual bool trains_as(const Algorithm& other) const {
    (void)other;
    return false;
  }
  /// The most steps that a client's inner loop keeps for the way back, with so large a support set.
  virtual std::int64_t kept_steps(std::int64_t support) const {
    (void)support;
    return 0;
  }
  /// Up to how many epochs of adaptation `follow_adaptation` goes; 0 = none.
  virtual std::int64_t followed_epochs() const { return 0; }
  /// Calls `after(epochs, thetas)` with the parameters after 0, 1, ... `followed_epochs()` epochs of
  /// adaptation.
  virtual void follow_adaptation(const learn::Engine& engine, const at::Tensor& phi,
                                 const learn::Group& group,
                                 const std::function<void(std::int64_t, const at::Tensor&)>& after) const {
    (void)engine, (void)phi, (void)group, (void)after;
  }

  virtual std::unique_ptr<learn::Optimizer> server_optimizer() const = 0;
  /// Brings phi back to where it may be, after the server's step.
  virtual void constrain(at::Tensor& phi) const { (void)phi; }

  /// Share of each client in the round's mean; sums to 1.
  std::vector<double> weights(const std::vector<std::int64_t>& samples,
                              const std::vector<std::int64_t>& support) const;

 private:
  RoundOptions round_options_;
};

}  // namespace fedmeta::algorithms
