// Chooses the rates of each method by the accuracy of the validation clients, so that test clients have no
// say in it.
#pragma once

#include <vector>

#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// Leaves out of methods that differ in learning rates alone all but the one with the highest mean accuracy
/// of the validation clients at the last evaluation, over its complete seeds; of equal ones that with the
/// lower rates. Keeps all where none is complete. Methods of other numbers of rounds are not compared. Fills
/// the comparison's grids, and notes where rounds or seeds of candidates differ. Throws Error(usage) if a
/// complete run did not evaluate validation clients.
void select_rates(Comparison& comparison);

/// Throws Error(usage) if there was nothing to select in any of the comparisons.
void check_selection(const std::vector<Comparison>& all);

}  // namespace fedmeta::report
