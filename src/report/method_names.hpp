// Decides which runs are seeds of one method, and names methods of the same algorithm.
#pragma once

#include <string>
#include <vector>

#include "report/comparison.hpp"

namespace fedmeta::report {

/// Returns the header of the method's runs, apart from what same_method ignores. The method must have
/// members.
const record::RunHeader& header_of(const Method& method);

/// Returns the hyper-parameters of the first that are different or absent in the second, in the first's
/// order.
std::vector<std::string> differences(const record::RunHeader& a, const record::RunHeader& b);

/// Returns whether two runs have the same algorithm and hyper-parameters, apart from those that say how a run
/// was carried out and evaluated.
bool same_method(const record::RunHeader& a, const record::RunHeader& b);

/// Names the methods of one algorithm by the fewest hyper-parameters that distinguish them: "maml (model
/// lr)".
void name_methods(std::vector<Method>& methods);

}  // namespace fedmeta::report
