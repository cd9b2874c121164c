#include "algorithms/descriptor.hpp"

#include <algorithm>

namespace fedmeta::algorithms {

const std::vector<Descriptor>& descriptors() {
#define ALGORITHM(identifier, name, course, dataset, place, colour, summary) \
  {name, Course::course, dataset, place, colour, summary},
  static const std::vector<Descriptor> all{
#include "algorithms/algorithms.def"
  };
#undef ALGORITHM
  return all;
}

const Descriptor* find_descriptor(const std::string& name) {
  const auto found = std::ranges::find(descriptors(), name, &Descriptor::name);
  return found == descriptors().end() ? nullptr : &*found;
}

std::vector<std::string> algorithm_names() {
  std::vector<std::string> names;
  for (const auto& descriptor : descriptors()) names.push_back(descriptor.name);
  return names;
}

}  // namespace fedmeta::algorithms
