#include "algorithms/method.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"

namespace fedmeta::algorithms {

#define ALGORITHM(identifier, name, course, dataset, place, colour, summary) \
  std::unique_ptr<MethodOptions> make_##identifier();
#include "algorithms/algorithms.def"
#undef ALGORITHM

namespace {

std::unique_ptr<MethodOptions> make_options(const std::string& wanted) {
  using Maker = std::unique_ptr<MethodOptions> (*)();
#define ALGORITHM(identifier, name, course, dataset, place, colour, summary) {name, make_##identifier},
  static const std::map<std::string, Maker> makers{
#include "algorithms/algorithms.def"
  };
#undef ALGORITHM
  return makers.at(wanted)();
}

}  // namespace

Method::Method(const std::string& name) : descriptor_(find_descriptor(name)) {
  if (!descriptor_)
    throw Error(Status::usage, "unknown algorithm", "--algorithms " + name, "see --help for their names");
  options_ = make_options(name);
}

options::OptionTable Method::rows() {
  auto table = options_->rows();
  for (auto& group : table) {
    group.readers = {name()};
    for (auto& row : group.rows) row.readers = {name()};
  }
  return table;
}

std::vector<Method> all_methods() {
  std::vector<Method> methods;
  for (const auto& name : algorithm_names()) methods.emplace_back(name);
  return methods;
}

}  // namespace fedmeta::algorithms
