// How long a round takes, from what it computes and sends and what the machine can do.
//
// Hockney's model of a message, latency + bytes / rate, over a tree of ceil(log2 ranks) levels through which
// a long message flows in pieces (Thakur, Rabenseifner, Gropp 2005): the latency counts at each level, the
// bytes once. What the tree costs beyond that is in the rates, which are those of whole collective calls.
// Nothing overlaps: the phases of src/federate/training.cpp follow each other.
#pragma once

#include <bit>
#include <cstdint>

namespace fedmeta::cost {

/// What a machine gives. The defaults are round figures for a cluster of present servers on 100 Gbit/s, in
/// the place of what has not been measured.
struct MachineRates {
  double flops_per_second = 50e9;           ///< algorithmic, of one rank at a client's task
  double latency = 5e-6;                    ///< s, of one level of a collective call
  double broadcast_bytes_per_second = 5e9;  ///< of the message, not summed over the ranks
  double reduction_bytes_per_second = 2e9;  ///< likewise; every level adds
  double memory_bytes_per_second = 10e9;    ///< of rank 0 at the server's step
};

/// What a round asks of it.
struct RoundDemand {
  double busiest_flops = 0;  ///< algorithmic, of the rank with the most to compute
  double message_bytes = 0;  ///< phi to every rank, and the sum of the directions back
  double update_bytes = 0;   ///< moved by the server's step
};

/// Seconds by phase, named as the columns of the results file.
struct RoundTime {
  double broadcast = 0, compute = 0, reduce = 0, update = 0;
  double seconds() const { return broadcast + compute + reduce + update; }
};

/// Levels of a tree over `ranks` (>= 1): ceil(log2 ranks).
inline int tree_levels(int ranks) {
  return std::bit_width(static_cast<unsigned>(ranks) - 1);
}

inline RoundTime predict_round(const RoundDemand& demand, const MachineRates& rates, int ranks) {
  const int levels = tree_levels(ranks);
  const auto collective = [&](double bytes_per_second) {
    return levels == 0 ? 0 : levels * rates.latency + demand.message_bytes / bytes_per_second;
  };
  return {.broadcast = collective(rates.broadcast_bytes_per_second),
          .compute = demand.busiest_flops / rates.flops_per_second,
          .reduce = collective(rates.reduction_bytes_per_second),
          .update = demand.update_bytes / rates.memory_bytes_per_second};
}

}  // namespace fedmeta::cost
