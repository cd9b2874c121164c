// Two Gaussian classes for each client: points around (1, 0) and (-1, 0), turned by an angle that is the
// client's own.

#include <cmath>
#include <memory>
#include <numbers>

#include "base/random.hpp"
#include "data/leaf/leaf.hpp"
#include "data/leaf/leaf_content.hpp"
#include "data/registry.hpp"

namespace fedmeta::data {
namespace {

class Gaussians final : public Dataset {
 public:
  explicit Gaussians(const DatasetPlan& plan)
      : size_(plan.generated), seed_(plan.seed), spread_(plan.option<double>("spread")) {}

  SampleForm form() const override { return {"gaussians", {2}, 2, 2}; }
  std::vector<Client> read(const std::filesystem::path& file) const override {
    return read_leaf_file(file, "gaussians", *make_number_content(form()));
  }

  std::int64_t generated_clients() const override {
    check_size(size_, "generated gaussians");
    return size_.clients;
  }
  std::string generated_id(std::int64_t index) const override {
    return numbered_id("g", index, size_.clients);
  }
  ClientSize generated_size(std::int64_t index) const override {
    Random random = random_of(index);
    return {draw_samples(size_, random), Storage::floats, 0};
  }
  Client generate(std::int64_t index) const override {
    Random random = random_of(index);
    const auto samples = draw_samples(size_, random);
    const double turn = 2 * std::numbers::pi * random.uniform();
    Floats points;
    std::vector<std::int32_t> labels;
    for (std::int64_t i = 0; i < samples; ++i) {
      const double side = random.uniform() < 0.5 ? 1 : -1;
      points.push_back(static_cast<float>(side * std::cos(turn) + spread_ * random.normal()));
      points.push_back(static_cast<float>(side * std::sin(turn) + spread_ * random.normal()));
      labels.push_back(side > 0 ? 1 : 0);
    }
    return {generated_id(index), std::move(points), std::move(labels)};
  }

 private:
  Random random_of(std::int64_t index) const {
    return {seed_, "gaussians", {static_cast<std::uint64_t>(index)}};
  }

  GeneratedSize size_;
  std::uint64_t seed_;
  double spread_;
};

std::unique_ptr<Dataset> make(const DatasetPlan& plan) {
  return std::make_unique<Gaussians>(plan);
}

}  // namespace

DatasetDescriptor sets::gaussians() {
  return {
      .name = "gaussians",
      .line = "two Gaussian classes in the plane, turned for each client",
      .make = make,
      .network = "lr",
      .storages = {Storage::floats},
      .options = {{"spread", 0.5, options::not_negative, "standard deviation of a class",
                   OptionUse::generate}},
      .stand_in = StandIn{{40, 30, 10, 10}},
      .leaf_sample = LeafSample{LeafSample::Kind::numbers, 2},
  };
}

}  // namespace fedmeta::data
