// Reptile (Nichol et al. 2018): FedAvg with a number of steps in place of epochs, a uniform mean
// (docs/protocols.md 3.4), and fine-tuning on new clients.
#include "algorithms/fine_tuned.hpp"
#include "algorithms/method.hpp"

namespace fedmeta::algorithms {
namespace {

struct ReptileOptions : FineTunedOptions {
  ReptileOptions() { rounds.weighting = Weighting::uniform; }
};

}  // namespace

std::unique_ptr<MethodOptions> make_reptile() {
  return std::make_unique<MethodWithRounds<ReptileOptions, FineTuned>>();
}

}  // namespace fedmeta::algorithms
