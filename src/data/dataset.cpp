#include "data/dataset.hpp"

#include "base/error.hpp"
#include "data/femnist.hpp"
#include "data/leaf.hpp"
#include "data/production.hpp"

namespace fedmeta::data {

std::vector<std::filesystem::path> Dataset::files(const std::filesystem::path& path) const {
  return leaf_files(path);
}

std::string Dataset::source(const std::filesystem::path&) const {
  return "leaf";
}

std::unique_ptr<Dataset> make_dataset(const DatasetPlan& plan) {
  if (plan.dataset == "femnist") return make_femnist(plan.generated, plan.seed);
  if (plan.dataset == "production") return make_production(plan);
  throw Error(Status::usage, "unknown data set", "--dataset " + plan.dataset, "use femnist");
}

}  // namespace fedmeta::data
