// Counters of energy that the machine keeps, whoever reads them.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace fedmeta::metering {

class Counter {
 public:
  virtual ~Counter() = default;
  /// "nvml", "rapl", "pm_counters": what results files say.
  virtual std::string source() const = 0;
  /// Joules used since a moment that is the same at every call. Nothing once a reading has failed.
  virtual std::optional<double> joules() = 0;
};
using Counters = std::vector<std::unique_ptr<Counter>>;

/// Returns the counters of this node that can be read without being root: HPE Cray's pm_counters, which count
/// the whole node with its GPUs, else RAPL's, which count the processor packages without memory. None where
/// one of several packages cannot be read, since a part would be taken for the whole. `sysfs`: a tree such
/// as /sys.
Counters node_counters(const std::filesystem::path& sysfs = "/sys");

/// Returns NVML's counters of the GPUs at these places (device::gpu_place); none where one cannot be read.
Counters gpu_counters(const std::set<std::string>& places);

/// Returns the sum of several; nothing if one of them says nothing, or if there are none.
std::optional<double> joules(const Counters& counters);

/// Returns the different sources, joined: "nvml, rapl".
std::string source(const Counters& counters);

}  // namespace fedmeta::metering
