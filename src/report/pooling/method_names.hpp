// Decides which runs are seeds of one method, and names methods of the same algorithm.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// Returns the header shared by the method's runs; they may differ in what same_method ignores.
const record::RunHeader& header_of(const Method& method);

/// Returns whether an attribute names the saved model from which the run of this seed started.
bool is_of_the_seed(const std::string& name);

/// Returns the first's hyper-parameters that the second lacks or has with another value, in the first's
/// order. What is `same` or -1, "as in local training", has the value that this stands for.
std::vector<std::string> differences(const record::RunHeader& a, const record::RunHeader& b);

/// Returns whether two runs have the same algorithm and hyper-parameters, apart from those that say how a run
/// was carried out and evaluated, and from the setting.
bool same_method(const record::RunHeader& a, const record::RunHeader& b, const std::string& dataset);

/// Returns whether a hyper-parameter is a learning rate.
bool is_rate(const std::string& name);

/// As same_method, apart from learning rates, too, and from what else `more` allows, if it is given.
bool same_but_rates(const record::RunHeader& a, const record::RunHeader& b, const std::string& dataset,
                    const std::string& more = "");

/// Returns a hyper-parameter, or what `same` or -1 stands for; nothing if there is none.
std::optional<record::AttributeValue> resolved(const record::RunHeader& header, const std::string& name);

/// Returns a hyper-parameter that is a number; nothing if there is none. -1, "as in local training", is what
/// it stands for.
std::optional<double> number_in(const record::RunHeader& header, const std::string& name);

/// Returns whether two runs are alike in the hyper-parameters that both have, apart from the same ones and
/// the number of rounds.
bool shares_options(const record::RunHeader& a, const record::RunHeader& b, const std::string& dataset);

/// Names each method by its algorithm and the fewest hyper-parameters that tell it from the others of that
/// algorithm: "maml (model lr)".
void name_methods(std::vector<Method>& methods, const std::string& dataset);

}  // namespace fedmeta::report
