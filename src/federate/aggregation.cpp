#include "federate/aggregation.hpp"

#include <ATen/ATen.h>

#include <limits>
#include <utility>
#include <vector>

#include "comm/fixed_point.hpp"
#include "learn/group.hpp"

namespace fedmeta::federate {
namespace {

std::span<float> values(const at::Tensor& tensor) {
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

class NativeAggregation final : public Aggregation {
 public:
  NativeAggregation(const comm::Communicator& world, std::int64_t length) : world_(world), length_(length) {}

  void add(const at::Tensor& directions, std::span<const double> weights) override {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto direction = learn::of_client(directions, i);
      if (sum_.defined())
        sum_.add_(direction, weights[i]);
      else
        sum_ = direction.mul_(weights[i]);
    }
  }
  at::Tensor reduce() override {
    const auto sum = sum_.defined() ? sum_.cpu() : at::zeros({length_}, at::kFloat);
    world_.reduce_sum(values(sum));
    return world_.root() ? sum : at::Tensor();
  }

 private:
  const comm::Communicator& world_;
  std::int64_t length_;
  at::Tensor sum_;
};

class ReproducibleAggregation final : public Aggregation {
 public:
  ReproducibleAggregation(const comm::Communicator& world, std::int64_t length, std::int64_t clients)
      : world_(world), length_(length), clients_(clients) {}

  // Keeps the terms until reduce(): the scale is known only when all ranks have all their terms.
  void add(const at::Tensor& directions, std::span<const double> weights) override {
    const auto here = directions.cpu();
    for (std::size_t i = 0; i < weights.size(); ++i)
      terms_.emplace_back(learn::of_client(here, i), weights[i]);
  }

  at::Tensor reduce() override {
    int exponent = std::numeric_limits<int>::min();
    for (const auto& [direction, weight] : terms_)
      exponent = std::max(exponent, comm::magnitude_exponent(values(direction)));
    const comm::FixedPoint fixed(world_.all_max(exponent), clients_);
    std::vector<std::int64_t> sum(static_cast<std::size_t>(length_), 0);
    for (const auto& [direction, weight] : terms_) saturated_ += fixed.add(values(direction), weight, sum);
    terms_.clear();
    world_.reduce_sum(std::span<std::int64_t>(sum));
    if (!world_.root()) return {};
    auto mean = at::empty({length_}, at::kFloat);
    fixed.restore(sum, values(mean));
    return mean;
  }
  std::int64_t saturated() const override { return saturated_; }

 private:
  const comm::Communicator& world_;
  std::int64_t length_, clients_;
  std::vector<std::pair<at::Tensor, double>> terms_;
  std::int64_t saturated_ = 0;
};

}  // namespace

std::unique_ptr<Aggregation> make_aggregation(const comm::Communicator& world, std::int64_t length,
                                              std::int64_t clients, bool reproducible) {
  if (reproducible) return std::make_unique<ReproducibleAggregation>(world, length, clients);
  return std::make_unique<NativeAggregation>(world, length);
}

}  // namespace fedmeta::federate
