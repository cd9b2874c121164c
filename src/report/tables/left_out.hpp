// Runs that are in no place of a paper's table or figure for their sizes alone, most often since --scale made
// them smaller: a place must not stay empty without a word.
#pragma once

#include <string>
#include <vector>

#include "report/pooling/comparison.hpp"
#include "report/tables/layout.hpp"

namespace fedmeta::report {

/// A row of a table or a curve of a figure, on one data set.
struct Place {
  const LayoutRow* row;
  std::string dataset;
  double support;  ///< share of a client's samples
};

std::vector<Place> places_of(const Layout& layout);

/// Returns a line for each set of sizes that keeps methods out of places that no other run fills: "TITLE
/// lacks METHOD of COMPARISON: clients-per-round 1, not 5 or 20".
std::vector<std::string> left_out(const std::string& title, const std::vector<Place>& places,
                                  const std::vector<Comparison>& comparisons);

}  // namespace fedmeta::report
