#include "data/synthetic.hpp"

#include "base/error.hpp"
#include "base/random.hpp"
#include "data/leaf.hpp"
#include "data/leaf_content.hpp"
#include "data/linear_tasks.hpp"

namespace fedmeta::data {
namespace {

std::unique_ptr<LinearTasks> make_tasks(const DatasetPlan& plan) {
  if (plan.generator == "leaf") return make_leaf_tasks(plan.seed);
  if (plan.generator == "alpha-beta") return make_alpha_beta_tasks(plan.alpha, plan.beta, plan.seed);
  throw Error(Status::usage, "unknown generator", "--generator " + plan.generator, "use leaf or alpha-beta");
}

class Synthetic final : public Dataset {
 public:
  explicit Synthetic(const DatasetPlan& plan)
      : clients_(plan.generated.clients), seed_(plan.seed), tasks_(make_tasks(plan)) {}

  SampleForm form() const override { return {"synthetic", {linear_width}, linear_width, tasks_->classes()}; }
  std::vector<Client> read(const std::filesystem::path& file) const override {
    const MoreClasses alpha_beta{10, "give --generator alpha-beta, whose data have ten classes"};
    return read_leaf_file(file, "synthetic", *make_number_content(form(), alpha_beta));
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

}  // namespace

std::unique_ptr<Dataset> make_synthetic(const DatasetPlan& plan) {
  return std::make_unique<Synthetic>(plan);
}

}  // namespace fedmeta::data
