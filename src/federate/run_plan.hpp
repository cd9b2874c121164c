// What all trainings of a run have in common, whatever the algorithm.
#pragma once

#include <cstdint>
#include <string>

#include "model/precision.hpp"

namespace fedmeta::federate {

struct RunPlan {
  std::int64_t seed = 1;
  std::int64_t eval_every = 0;    ///< from round 0 on, which is before the first; 0 = last round only
  std::string eval_on = "test";   ///< test, validation, both (the former two), train, all
  std::int64_t eval_clients = 0;  ///< drawn anew at each evaluation but the last; 0 = all
  double target_accuracy = 0;
  bool reproducible = false;  ///< int64 fixed-point sums
  bool top4 = false;          ///< evaluations also count labels among the four highest scores
  bool balanced = true;       ///< place clients by cost over the ranks of a node
  model::Precision precision = model::Precision::fp32;
};

}  // namespace fedmeta::federate
