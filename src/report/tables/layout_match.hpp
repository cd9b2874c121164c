// Which runs belong into a row and a column of a layout.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/pooling/comparison.hpp"
#include "report/tables/layout.hpp"

namespace fedmeta::report {

/// Runs of one method, and what they are compared with; null where there are none.
struct Runs {
  const Comparison* comparison = nullptr;
  const Method* method = nullptr;
};

/// Returns what keeps a method out of a row where that is sizes alone, as --scale leaves them: clients a
/// round, steps, and so epochs of training. No conditions where it belongs there, the fewest of the row's
/// alternatives otherwise; nothing where it differs in kind.
std::optional<Conditions> misses(const Method& method, const LayoutRow& row);

/// Returns whether runs have the row's algorithm and hyper-parameters.
bool belongs(const Method& method, const LayoutRow& row);

/// Returns what a method has of a condition's name, a hyper-parameter or trained_epochs; nothing if there is
/// none.
std::optional<record::AttributeValue> value_of(const Method& method, const std::string& name);

/// Returns all runs that belong into a cell, those with the most complete seeds first. `support` is a share
/// of a client's samples.
std::vector<Runs> candidates(const std::vector<Comparison>& comparisons, const LayoutRow& row,
                             const std::string& dataset, double support);

}  // namespace fedmeta::report
