// Which runs are seeds of one method, and what a method is called beside others of its algorithm.
#pragma once

#include <string>
#include <vector>

#include "report/comparison.hpp"

namespace fedmeta::report {

/// That of its runs, but for what same_method leaves open. Of a method with members.
const record::RunHeader& header_of(const Method& method);

/// Hyper-parameters of the first that the second has otherwise or not at all, in the first's order.
std::vector<std::string> differences(const record::RunHeader& a, const record::RunHeader& b);

/// The same algorithm and hyper-parameters, but for those of how a run was carried out and looked at.
bool same_method(const record::RunHeader& a, const record::RunHeader& b);

/// Calls the methods of one algorithm after as few hyper-parameters as tell them apart: "maml (model lr)".
void name_methods(std::vector<Method>& methods);

}  // namespace fedmeta::report
