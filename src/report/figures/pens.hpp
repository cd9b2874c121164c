// How methods look, the same in every figure.
#pragma once

#include <string>
#include <vector>

#include "report/output/figure.hpp"
#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// Returns a method's colour (Okabe and Ito's palette for colour-blind readers).
std::string colour(const std::string& algorithm);

/// The pens of all methods of some comparisons, by their names. Methods of one algorithm share its colour and
/// differ in dashes and marks.
class Pens {
 public:
  explicit Pens(const std::vector<const Comparison*>& comparisons);
  explicit Pens(const Comparison& comparison) : Pens(std::vector{&comparison}) {}

  const Pen& of(const Method& method) const;

 private:
  std::vector<std::pair<std::string, Pen>> all_;
};

/// Of a single seed that belongs to no mean.
Pen single_seed(const Pen& pen);

}  // namespace fedmeta::report
