#include "model/descriptors.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/joined.hpp"

namespace fedmeta::model {
namespace {

/// Returns an option that several networks read.
NetworkOption hidden_activation() {
  return {"activation", "relu", Words{"relu", "tanh"}, "Of the hidden layer (nn, nn-unified)"};
}

std::vector<NetworkDescriptor> all_descriptors() {
  return {
#define NETWORK(factory, ...) NetworkDescriptor{__VA_ARGS__},
#include "model/networks.def"
#undef NETWORK
  };
}

std::vector<NetworkOption> all_options() {
  std::vector<NetworkOption> options;
  for (const auto& network : network_descriptors())
    for (const auto& option : network.options)
      if (std::ranges::find(options, option.name, &NetworkOption::name) == options.end())
        options.push_back(option);
  return options;
}

}  // namespace

const std::vector<NetworkDescriptor>& network_descriptors() {
  static const auto descriptors = all_descriptors();
  return descriptors;
}

const NetworkDescriptor& network_descriptor(const std::string& name) {
  const auto& all = network_descriptors();
  const auto found = std::ranges::find(all, name, &NetworkDescriptor::name);
  if (found == all.end())
    throw Error(Status::usage, "unknown network", "--model " + name,
                "use one of: " + joined(network_names(), ", "));
  return *found;
}

Words network_names() {
  Words names;
  for (const auto& network : network_descriptors()) names.push_back(network.name);
  return names;
}

const std::vector<NetworkOption>& network_options() {
  static const auto options = all_options();
  return options;
}

NetworkOptions initial_network_options() {
  NetworkOptions values;
  for (const auto& option : network_options()) values[option.name] = option.initial;
  return values;
}

}  // namespace fedmeta::model
