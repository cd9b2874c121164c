// What is known about networks without libtorch: their names, descriptions and options.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "options/option_row.hpp"

namespace fedmeta::model {

using options::Words;

/// A switch, whole number, real number or word.
using OptionValue = std::variant<bool, std::int64_t, double, std::string>;

/// Values of options by name.
using NetworkOptions = std::map<std::string, OptionValue>;

/// An option that only some networks read.
struct NetworkOption {
  std::string name;     ///< without dashes
  OptionValue initial;  ///< also determines the option's type
  options::Accepted accepted;
  std::string help;
};

enum class Reads { numbers, text };

struct NetworkDescriptor {
  std::string name;  ///< as --model takes it
  std::string line;  ///< description for people
  Reads reads = Reads::numbers;
  std::vector<NetworkOption> options = {};
  bool unified = false;  ///< classes are the same services for all clients, not each client's own
};

/// Returns every network, in the order of networks.def.
const std::vector<NetworkDescriptor>& network_descriptors();

/// Returns the descriptor with that name. Throws Error(usage) if there is none.
const NetworkDescriptor& network_descriptor(const std::string& name);

/// Returns the names of all networks, in order.
Words network_names();

/// Returns every option that some network reads, once each, in order.
const std::vector<NetworkOption>& network_options();

/// Returns the initial values of these options.
NetworkOptions initial_network_options();

}  // namespace fedmeta::model
