// Decides which runs are seeds of one method, and names methods of the same algorithm.
#pragma once

#include <string>
#include <vector>

#include "report/comparison.hpp"

namespace fedmeta::report {

/// Returns the header shared by the method's runs; they may differ in what same_method ignores. The method
/// must have members.
const record::RunHeader& header_of(const Method& method);

/// Returns the first's hyper-parameters that the second lacks or has with another value, in the first's
/// order.
std::vector<std::string> differences(const record::RunHeader& a, const record::RunHeader& b);

/// Returns whether two runs have the same algorithm and hyper-parameters, apart from those that say how the
/// run was carried out and evaluated.
bool same_method(const record::RunHeader& a, const record::RunHeader& b);

/// Names each method by its algorithm and the fewest hyper-parameters that tell it from the others of that
/// algorithm: "maml (model lr)".
void name_methods(std::vector<Method>& methods);

}  // namespace fedmeta::report
