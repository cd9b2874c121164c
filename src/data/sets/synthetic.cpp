// Synthetic data with a linear model per client: 60 numbers, and 5 classes from LEAF's generator or 10 from
// synthetic(alpha, beta). Files are LEAF JSON.

#include <memory>

#include "base/error.hpp"
#include "base/random.hpp"
#include "data/leaf/leaf.hpp"
#include "data/leaf/leaf_content.hpp"
#include "data/registry.hpp"
#include "data/stand_in/linear_tasks.hpp"

namespace fedmeta::data {
namespace {

std::unique_ptr<LinearTasks> make_tasks(const DatasetPlan& plan) {
  const auto& generator = plan.option<std::string>("generator");
  if (generator == "leaf") return make_leaf_tasks(plan.seed);
  if (generator == "alpha-beta")
    return make_alpha_beta_tasks(plan.option<double>("alpha"), plan.option<double>("beta"), plan.seed);
  throw Error(Status::usage, "unknown generator", "--generator " + generator, "use leaf or alpha-beta");
}

class Synthetic final : public Dataset {
 public:
  explicit Synthetic(const DatasetPlan& plan)
      : clients_(plan.generated.clients), seed_(plan.seed), tasks_(make_tasks(plan)) {}

  SampleForm form() const override { return {"synthetic", {linear_width}, linear_width, tasks_->classes()}; }
  std::vector<Client> read(const std::filesystem::path& file) const override {
    return read_leaf_file(file, "synthetic", *make_number_content(form(), more_classes()));
  }
  MoreClasses more_classes() const override {
    return {10, "give --generator alpha-beta, whose data have ten classes"};
  }
  /// Returns the number of clients, checked only here: it does not matter if files are read.
  std::int64_t generated_clients() const override {
    check_clients(clients_, "generated synthetic");
    return clients_;
  }
  std::string generated_id(std::int64_t index) const override { return numbered_id("g", index, clients_); }
  Client generate(std::int64_t index) const override {
    Random random(seed_, "synthetic samples", {static_cast<std::uint64_t>(index)});
    return draw_linear_client(tasks_->task(index), generated_id(index), random);
  }
  ClientSize generated_size(std::int64_t index) const override {
    return {tasks_->samples(index), Storage::floats, 0};
  }

 private:
  std::int64_t clients_;
  std::uint64_t seed_;
  std::unique_ptr<LinearTasks> tasks_;
};

std::unique_ptr<Dataset> make_synthetic(const DatasetPlan& plan) {
  return std::make_unique<Synthetic>(plan);
}

}  // namespace

DatasetDescriptor sets::synthetic() {
  return {
      .name = "synthetic",
      .line = "a linear model per client (LEAF's, or Li et al. 2020)",
      .title = "Synthetic",
      .make = make_synthetic,
      .network = "lr",
      .storages = {Storage::bytes, Storage::floats},
      .options = {{"generator", "leaf", Words{"leaf", "alpha-beta"}, "LEAF's, or synthetic(alpha, beta)",
                   OptionUse::generate, "alpha-beta"},  // files of either have labels 0 .. 9
                  {"alpha", 0.5, options::not_negative, "spread of the clients' models", OptionUse::generate},
                  {"beta", 0.5, options::not_negative, "spread of the clients' inputs", OptionUse::generate}},
      .stand_in = StandIn{{.clients = 1000}, true},
      .leaf_sample = LeafSample{LeafSample::Kind::numbers, linear_width},
  };
}

}  // namespace fedmeta::data
