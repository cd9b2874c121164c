// Time and energy of the phases of a run, of all nodes together.
#pragma once

#include <filesystem>
#include <string>

#include "comm/communicator.hpp"
#include "metering/phase_meter.hpp"

namespace fedmeta::metering {

class NodeMeter {
 public:
  /// Collective. The first rank of each node reads the counters: those of the node, and those of the GPUs on
  /// which its ranks compute, unless the node's have them; none where those of the GPUs cannot be read.
  /// `gpu_place`: of this rank's GPU, "" on the CPU.
  NodeMeter(const comm::Communicator& world, const std::string& gpu_place,
            const std::filesystem::path& sysfs = "/sys", double shortest_window = PhaseMeter::least_window);

  PhaseMeter& here() { return meter_; }

  /// Collective: the run ends. Returns, at the root, its own seconds and the joules of all nodes: of a phase
  /// in which each of them measured, by the same sources.
  PhaseCost end();

 private:
  const comm::Communicator& world_;
  bool reads_;
  PhaseMeter meter_;
};

}  // namespace fedmeta::metering
