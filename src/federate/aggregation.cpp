#include "federate/aggregation.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>
#include <vector>

#include "comm/fixed_point.hpp"
#include "federate/device_sums.hpp"
#include "learn/group.hpp"

namespace fedmeta::federate {
namespace {

class NativeAggregation final : public Aggregation {
 public:
  NativeAggregation(DeviceLink& link, std::int64_t length) : link_(link), length_(length) {}

  void add(const at::Tensor& directions, std::span<const double> weights) override {
    if (link_.apart()) {
      const auto part = weighted_sum(directions, weights);
      sum_ = sum_.defined() ? sum_.add_(part) : part;
      return;
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto direction = learn::of_client(directions, i);
      if (sum_.defined())
        sum_.add_(direction, weights[i]);
      else
        sum_ = direction.mul_(weights[i]);
    }
  }
  at::Tensor total() const override { return sum_.defined() ? sum_.sum() : sum_; }
  at::Tensor reduce() override {
    if (!sum_.defined()) sum_ = at::zeros({length_}, at::TensorOptions(link_.device()).dtype(at::kFloat));
    link_.reduce_sum(sum_);
    return link_.world().root() ? sum_ : at::Tensor();
  }

 private:
  DeviceLink& link_;
  std::int64_t length_;
  at::Tensor sum_;
};

class ReproducibleAggregation final : public Aggregation {
 public:
  ReproducibleAggregation(DeviceLink& link, std::int64_t length, std::int64_t clients)
      : link_(link), length_(length), clients_(clients) {}

  // Keeps the terms until reduce(): the scale is known only when all ranks have all their terms.
  void add(const at::Tensor& directions, std::span<const double> weights) override {
    for (std::size_t i = 0; i < weights.size(); ++i)
      terms_.emplace_back(learn::of_client(directions, i), weights[i]);
  }

  at::Tensor total() const override {
    at::Tensor total;
    for (const auto& [direction, weight] : terms_)
      total = total.defined() ? total + direction.sum() : direction.sum();
    return total;
  }

  at::Tensor reduce() override {
    const comm::FixedPoint fixed(link_.world().all_max(exponent()), clients_);
    const auto sum = at::zeros({length_}, at::TensorOptions(link_.device()).dtype(at::kLong));
    add_terms(fixed, sum);
    terms_.clear();
    link_.reduce_sum(sum);
    if (!link_.world().root()) return {};
    if (link_.apart()) return restored(fixed, sum);
    auto mean = at::empty({length_}, at::kFloat);
    fixed.restore(values<std::int64_t>(sum), values<float>(mean));
    return mean;
  }
  std::int64_t saturated() const override { return saturated_; }

 private:
  /// Returns that of the largest magnitude among this rank's terms.
  int exponent() const {
    int exponent = std::numeric_limits<int>::min();
    if (!link_.apart()) {
      for (const auto& [direction, weight] : terms_)
        exponent = std::max(exponent, comm::magnitude_exponent(values<float>(direction)));
      return exponent;
    }
    std::vector<at::Tensor> largest;
    for (const auto& [direction, weight] : terms_) largest.push_back(largest_magnitude(direction));
    if (largest.empty()) return exponent;
    const auto here = link_.on_host(at::stack(largest).max());
    const auto magnitude = std::bit_cast<float>(*here.const_data_ptr<std::int32_t>());
    return comm::magnitude_exponent({&magnitude, 1});
  }

  void add_terms(const comm::FixedPoint& fixed, const at::Tensor& sum) {
    if (!link_.apart()) {
      for (const auto& [direction, weight] : terms_)
        saturated_ += fixed.add(values<float>(direction), weight, values<std::int64_t>(sum));
      return;
    }
    std::vector<at::Tensor> unfit;
    for (const auto& [direction, weight] : terms_) unfit.push_back(add_fixed(fixed, direction, weight, sum));
    if (unfit.empty()) return;
    const auto here = link_.on_host(at::stack(unfit).sum());
    saturated_ += *here.const_data_ptr<std::int64_t>();
  }

  DeviceLink& link_;
  std::int64_t length_, clients_;
  std::vector<std::pair<at::Tensor, double>> terms_;
  std::int64_t saturated_ = 0;
};

}  // namespace

std::unique_ptr<Aggregation> make_aggregation(DeviceLink& link, std::int64_t length, std::int64_t clients,
                                              bool reproducible) {
  if (reproducible) return std::make_unique<ReproducibleAggregation>(link, length, clients);
  return std::make_unique<NativeAggregation>(link, length);
}

}  // namespace fedmeta::federate
