// The parts of a run, as clocks and energy counters tell them apart.
#pragma once

#include <cstddef>

namespace fedmeta::cost {

/// In the order in which results files store them.
enum class Phase {
  setup,       ///< checks before the first round
  rounds,      ///< training rounds, with the checkpoints between them
  evaluation,  ///< evaluations; of methods without rounds, all that they do
  whole,       ///< the run from its beginning to its end
};
inline constexpr std::size_t phases = 4;

}  // namespace fedmeta::cost
