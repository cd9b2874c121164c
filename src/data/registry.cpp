#include "data/registry.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace fedmeta::data {

const std::vector<DatasetDescriptor>& datasets() {
  static const std::vector<DatasetDescriptor> all{
#define DATASET(name) sets::name(),
#include "data/datasets.def"
#undef DATASET
  };
  return all;
}

std::vector<std::string> dataset_names() {
  std::vector<std::string> names;
  for (const auto& dataset : datasets()) names.push_back(dataset.name);
  return names;
}

const DatasetDescriptor* find_dataset(const std::string& name) {
  const auto& all = datasets();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

const DatasetDescriptor& dataset_named(const std::string& name) {
  if (const auto* found = find_dataset(name)) return *found;
  throw Error(Status::usage, "unknown data set", "--dataset " + name, "use " + either_of(dataset_names()));
}

std::string either_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 < names.size() ? ", " : " or ") + names[i];
  return text;
}

OptionValues default_options() {
  OptionValues values;
  for (const auto& dataset : datasets())
    for (const auto& option : dataset.options) values[option.name] = option.initial;
  return values;
}

std::unique_ptr<Dataset> make_dataset(const DatasetPlan& plan) {
  return dataset_named(plan.dataset).make(plan);
}

}  // namespace fedmeta::data
