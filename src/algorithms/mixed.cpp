#include "algorithms/mixed.hpp"

namespace fedmeta::algorithms {
namespace {

std::unique_ptr<Algorithm> part(Protocol protocol, const std::string& algorithm) {
  protocol.algorithm = algorithm;
  return make_algorithm(protocol);
}

class Mixed final : public Algorithm {
 public:
  explicit Mixed(const Protocol& protocol)
      : Algorithm(protocol), training_(part(protocol, "fedsgd")), testing_(part(protocol, "fedavg-meta")) {}

  learn::Updates client_updates(const learn::Engine& engine, const at::Tensor& phi, const learn::Group& group,
                                learn::ClientStates& states) const override {
    return training_->client_updates(engine, phi, group, states);
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t support) const override {
    return training_->flops(f, samples, support);
  }
  std::unique_ptr<learn::Optimizer> server_optimizer() const override {
    return training_->server_optimizer();
  }
  at::Tensor adapt(const learn::Engine& engine, const at::Tensor& phi,
                   const learn::Group& group) const override {
    return testing_->adapt(engine, phi, group);
  }

 private:
  std::unique_ptr<Algorithm> training_, testing_;
};

}  // namespace

std::unique_ptr<Algorithm> make_mixed(const Protocol& protocol) {
  return std::make_unique<Mixed>(protocol);
}

}  // namespace fedmeta::algorithms
