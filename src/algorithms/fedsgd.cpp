#include "algorithms/fedsgd.hpp"

#include "algorithms/method.hpp"
#include "algorithms/option_groups.hpp"
#include "cost/formulas.hpp"

namespace fedmeta::algorithms {

learn::Updates FedSgd::client_updates(const learn::Engine& engine, const at::Tensor& phi,
                                      const learn::Group& group, learn::ClientStates&) const {
  auto orders = group.orders;
  const auto whole = learn::minibatches(group.all(), {1, 0, 1}, &orders, engine.has_dropout());
  return learn::fedsgd(engine, phi, whole.front());
}

std::int64_t FedSgd::flops(std::int64_t f, std::int64_t samples, std::int64_t) const {
  return cost::local_flops(f, samples);
}

at::Tensor FedSgd::adapt(const learn::Engine&, const at::Tensor& phi, const learn::Group&) const {
  return phi;
}

namespace {

struct FedSgdOptions {
  RoundOptions rounds;
  OuterStep outer;

  OptionTable rows() { return {training_group(rounds, false), outer_group(outer), production_group(rounds)}; }
  void check() const {}
  std::string describe() const { return "one gradient; server " + outer_text(outer); }
};

class Made final : public FedSgd {
 public:
  explicit Made(const FedSgdOptions& options) : FedSgd(options.rounds, options.outer) {}
};

}  // namespace

std::unique_ptr<MethodOptions> make_fedsgd() {
  return std::make_unique<MethodWithRounds<FedSgdOptions, Made>>();
}

}  // namespace fedmeta::algorithms
