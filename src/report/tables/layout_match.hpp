// Which runs belong into a row and a column of a layout.
#pragma once

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

/// Returns whether runs have the row's algorithm and hyper-parameters.
bool belongs(const Method& method, const LayoutRow& row);

/// Returns all runs that belong into a cell, those with the most complete seeds first. `support` is a share
/// of a client's samples.
std::vector<Runs> candidates(const std::vector<Comparison>& comparisons, const LayoutRow& row,
                             const std::string& dataset, double support);

}  // namespace fedmeta::report
