#include "model/network.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/error.hpp"

namespace fedmeta::model {

// Declares the factories, which the networks' own sources define.
#define NETWORK(factory, ...) std::unique_ptr<Network> factory(const ModelPlan& plan);
#include "model/networks.def"
#undef NETWORK

namespace {

using Factory = std::unique_ptr<Network> (*)(const ModelPlan&);

/// Ordered as the descriptors.
constexpr std::array factories{
#define NETWORK(factory, ...) Factory(factory),
#include "model/networks.def"
#undef NETWORK
};

Factory factory_of(const NetworkDescriptor& network) {
  const auto place = std::distance(network_descriptors().data(), &network);
  return factories.at(static_cast<std::size_t>(place));
}

/// Returns the names of networks that read this kind of samples.
std::string names_reading(Reads reads) {
  std::string names;
  for (const auto& network : network_descriptors())
    if (network.reads == reads) names += (names.empty() ? "" : " or ") + network.name;
  return names;
}

void check_samples(const ModelPlan& plan, const NetworkDescriptor& network) {
  const auto given = plan.tokens > 0 || plan.vectors.defined() ? Reads::text : Reads::numbers;
  if (given == network.reads) return;
  if (given == Reads::text) refuse(plan, "this network cannot read text", "use " + names_reading(given));
  refuse(plan, "this network reads text", "use lr, nn or an image network");
}

void check_words(const ModelPlan& plan, const NetworkDescriptor& network) {
  for (const auto& option : network.options) {
    const auto* words = std::get_if<Words>(&option.accepted);
    if (!words) continue;
    const auto word = plan.option<std::string>(option.name);
    if (std::ranges::find(*words, word) != words->end()) continue;
    std::string known;
    for (const auto& one : *words) known += (known.empty() ? "" : ", ") + one;
    throw Error(Status::usage, "unknown value " + word, "--" + option.name + " " + word,
                "use one of: " + known);
  }
}

}  // namespace

OptionValue ModelPlan::value_of(const std::string& option) const {
  const auto given = options.find(option);
  if (given != options.end()) return given->second;
  static const auto initial = initial_network_options();
  return initial.at(option);
}

void refuse(const ModelPlan& plan, const std::string& what, const std::string& remedy) {
  throw Error(Status::usage, what, "--model " + plan.name, remedy);
}

std::unique_ptr<Network> make_network(const ModelPlan& plan) {
  const auto& network = network_descriptor(plan.name);
  check_samples(plan, network);
  check_words(plan, network);
  return factory_of(network)(plan);
}

at::Tensor cross_entropy(const at::Tensor& scores, const at::Tensor& labels) {
  return at::cross_entropy_loss(scores, labels);
}

}  // namespace fedmeta::model
