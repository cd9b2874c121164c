// One gradient of each client a round (McMahan et al. 2017, FederatedSGD).
#pragma once

#include "algorithms/algorithm.hpp"

namespace fedmeta::algorithms {

class FedSgd : public Algorithm {
 public:
  FedSgd(const RoundOptions& rounds, const OuterStep& outer) : Algorithm(rounds), outer_(outer) {}

  learn::Updates client_updates(const learn::Engine& engine, const at::Tensor& phi, const learn::Group& group,
                                learn::ClientStates& states) const override;
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t support) const override;
  at::Tensor adapt(const learn::Engine& engine, const at::Tensor& phi,
                   const learn::Group& group) const override;
  bool adapts() const override { return false; }
  std::unique_ptr<learn::Optimizer> server_optimizer() const override { return outer_.make_optimizer(); }

 private:
  OuterStep outer_;
};

}  // namespace fedmeta::algorithms
