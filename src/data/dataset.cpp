#include "data/dataset.hpp"

#include "base/error.hpp"
#include "data/femnist.hpp"
#include "data/production.hpp"
#include "data/sent140.hpp"
#include "data/shakespeare.hpp"
#include "data/synthetic.hpp"

namespace fedmeta::data {

DataFiles Dataset::files(const std::filesystem::path& path) const {
  return shard_files(path);
}

std::string Dataset::source(const std::filesystem::path&) const {
  return "leaf";
}

std::unique_ptr<Dataset> make_dataset(const DatasetPlan& plan) {
  if (plan.dataset == "femnist") return make_femnist(plan);
  if (plan.dataset == "shakespeare") return make_shakespeare(plan);
  if (plan.dataset == "sent140") return make_sent140(plan);
  if (plan.dataset == "synthetic") return make_synthetic(plan);
  if (plan.dataset == "production") return make_production(plan);
  throw Error(Status::usage, "unknown data set", "--dataset " + plan.dataset,
              "use femnist, shakespeare, sent140, synthetic or production");
}

}  // namespace fedmeta::data
