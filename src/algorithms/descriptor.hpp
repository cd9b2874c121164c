// What is known of each algorithm without making it. Reports use it, too, so it needs no libtorch.
#pragma once

#include <string>
#include <vector>

namespace fedmeta::algorithms {

/// How a method goes through the clients.
enum class Course {
  rounds,  ///< a server and its rounds
  alone,   ///< each test client trains a network by itself
  counts   ///< each test client's samples are counted; there is no network
};

struct Descriptor {
  std::string name;  ///< of --algorithms and of results files
  Course course;
  std::string dataset;  ///< the only one that the method is for; empty for any
  int place;            ///< in tables and keys, smallest first
  std::string colour;   ///< in figures, "#RRGGBB"
  std::string summary;  ///< completes "NAME: "
};

/// All algorithms, in the order of `--algorithms all`.
const std::vector<Descriptor>& descriptors();

/// The method to whose cost those of others are compared (Chen et al. 2018, section 4.2.2).
inline constexpr const char* yardstick = "fedavg";

/// Null for an unknown name.
const Descriptor* find_descriptor(const std::string& name);

/// Names of all, in that order.
std::vector<std::string> algorithm_names();

}  // namespace fedmeta::algorithms
