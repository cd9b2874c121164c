// Strong and weak scaling: runs of one method that were made on several numbers of ranks.
//
// Runs belong together that have the same data, algorithm and options but for the number of rounds, the same
// threads a rank and the same kind of device. Strong: the same clients a round. Weak: clients a round in
// proportion to the ranks. Speed is clients per second; ideal is speed in proportion to the ranks.
#pragma once

#include <string>
#include <vector>

#include "report/figures/figures.hpp"
#include "report/output/table.hpp"
#include "report/pooling/comparison.hpp"
#include "report/pooling/statistics.hpp"

namespace fedmeta::report {

struct ScalingPoint {
  double ranks = 0, nodes = 0;
  double clients = 0;  ///< a round
  Summary seconds;     ///< a round, over runs
  double speed = 1;    ///< over that of the series' fewest ranks
  double ideal = 1;    ///< ranks over the fewest ranks

  double efficiency() const { return speed / ideal; }
};

struct ScalingSeries {
  bool weak = false;
  std::string algorithm;
  std::string name;                       ///< "maml, 4 clients a round", "maml, 4 clients a round and rank"
  std::string machine;                    ///< "1 thread a rank, cpu"
  std::vector<ScalingPoint> points = {};  ///< by number of ranks; two or more
};

/// Returns the series of the comparison's complete runs, strong ones first.
std::vector<ScalingSeries> scaling(const Comparison& comparison);

/// Returns a table of all series of all comparisons; without rows where there are none.
ReportTable scaling_table(const std::vector<Comparison>& comparisons);

/// Returns speed against ranks beside the ideal line; a figure without data where there are no series.
Figure scaling_figure(const Comparison& comparison);

}  // namespace fedmeta::report
