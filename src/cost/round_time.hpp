// A model of a round's duration, from what it computes and sends and from the machine's rates.
//
// Messages follow Hockney's model, latency + bytes / rate, over a tree of ceil(log2 ranks) levels through
// which a long message flows in pieces (Thakur, Rabenseifner, Gropp 2005): the latency counts once per level,
// the bytes count once. Other costs of the tree are part of the rates, which are those of whole collective
// calls. Nothing overlaps, since the phases of src/federate/training_round.cpp follow each other.
#pragma once

#include <bit>

namespace fedmeta::cost {

/// Rates of a machine. The defaults stand in for what was not measured: a core with 100 GFLOP/s of sgemm at
/// an efficiency of one half, and servers on 100 Gbit/s, of which collective calls reach a part.
struct MachineRates {
  double flops_per_second = 50e9;           ///< algorithmic, of one rank at clients' tasks
  double latency = 5e-6;                    ///< s, of one level of a collective call
  double broadcast_bytes_per_second = 5e9;  ///< of the message itself, not summed over the ranks
  double reduction_bytes_per_second = 2e9;  ///< likewise
};

/// What a round demands of the machine.
struct RoundDemand {
  double busiest_flops = 0;   ///< algorithmic, of the rank with the most to compute
  double message_bytes = 0;   ///< of phi, which goes to every rank; the reduction has the same size
  double update_seconds = 0;  ///< of the server's step, on rank 0 alone
};

/// Seconds of each phase, as in the columns of the results file.
struct RoundTime {
  double broadcast = 0, compute = 0, reduce = 0, update = 0;
  double seconds() const { return broadcast + compute + reduce + update; }
};

/// Returns the number of levels of a tree over `ranks` (>= 1): ceil(log2 ranks).
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
          .update = demand.update_seconds};
}

}  // namespace fedmeta::cost
