#include "report/figures/pens.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "algorithms/descriptor.hpp"

namespace fedmeta::report {

std::string colour(const std::string& algorithm) {
  const auto* known = algorithms::find_descriptor(algorithm);
  return known ? known->colour : "#666666";
}

Pens::Pens(const std::vector<const Comparison*>& comparisons) {
  static constexpr std::array marks{7, 5, 9, 11, 13, 4, 6, 8, 10, 12, 14, 3, 1};
  static constexpr std::array dashes{"1", "'-'", "'.'", "'-.'", "'_. '"};
  std::vector<const Method*> methods;  // one of each name, in the order of tables
  for (const Comparison* comparison : comparisons)
    for (const Method& method : comparison->methods)
      if (std::none_of(methods.begin(), methods.end(),
                       [&](const Method* other) { return other->name == method.name; }))
        methods.push_back(&method);
  std::stable_sort(methods.begin(), methods.end(), [](const Method* a, const Method* b) {
    return method_rank(a->algorithm) < method_rank(b->algorithm);
  });
  for (std::size_t m = 0; m < methods.size(); ++m) {
    const auto& algorithm = methods[m]->algorithm;
    const auto before = methods.begin() + static_cast<std::ptrdiff_t>(m);
    const auto variant = static_cast<std::size_t>(std::count_if(
        methods.begin(), before, [&](const Method* other) { return other->algorithm == algorithm; }));
    all_.emplace_back(methods[m]->name,
                      Pen{colour(algorithm), dashes[variant % dashes.size()], marks[m % marks.size()]});
  }
}

const Pen& Pens::of(const Method& method) const {
  for (const auto& [name, pen] : all_)
    if (name == method.name) return pen;
  throw std::out_of_range(method.name);
}

Pen single_seed(const Pen& pen) {
  return {pen.colour, "2", 0, 0.8};
}

}  // namespace fedmeta::report
