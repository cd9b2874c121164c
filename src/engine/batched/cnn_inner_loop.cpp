#include "engine/batched/cnn_inner_loop.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <bit>
#include <numeric>
#include <string>

#include "cost/work_done.hpp"
#include "learn/minibatches.hpp"

namespace fedmeta::engine::batched {
namespace {

std::int64_t rows_of(const std::vector<GroupBatch>& batches) {
  std::int64_t rows = 0;
  for (const auto& batch : batches) rows += batch.x.size(1);
  return rows;
}

/// Calls `show(i, client i's batch)` for those that have one.
template <class F>
void for_each_client(const learn::Batches& batches, F show) {
  for (std::size_t i = 0; i < batches.size(); ++i)
    if (batches[i].rows() > 0) show(i, batches[i]);
}

}  // namespace

CnnInnerLoop::CnnInnerLoop(const model::ImageCnn& network, const at::Tensor& thetas, double alpha,
                           learn::Order order, bool keeps_passes, const std::vector<GroupBatch>& steps,
                           const Watched* watched)
    : network_(network),
      alpha_(alpha),
      order_(order),
      keeps_passes_(keeps_passes),
      watched_(watched),
      rows_(rows_of(steps)),
      wide_(views(network.layout(), thetas)[fc1], rows_),
      rest_(without_wide(network, thetas)) {
  for (const auto& batch : steps) step(batch);
}

CnnInnerLoop::Passed::Passed(const model::ImageCnn& network, const CnnPoint& point, GroupBatch rows)
    : batch(std::move(rows)), pass(network, point, batch.x), losses(pass.scores(), batch) {
  pass.go_back(losses.gradient());
}

std::shared_ptr<const CnnInnerLoop::Passed> CnnInnerLoop::pass_through(const CnnPoint& point,
                                                                       const GroupBatch& batch) const {
  return std::make_shared<const Passed>(network_, point, batch);
}

void CnnInnerLoop::step(const GroupBatch& batch) {
  const auto here = point();
  const auto passed = pass_through(here, batch);
  const auto g = at::empty_like(rest_);
  const auto blocks = views_of_rest(network_, g);
  Sums sums(g, blocks);
  const auto [left, right] = passed->pass.add_gradient(sums);
  if (watched_) {
    const auto thetas = joined(here), gradients = joined({blocks, {left, right}});
    for_each_client(watched_->steps[steps_++], [&](std::size_t i, const learn::Batch& samples) {
      watched_->witness.saw_gradient(i, learn::of_client(thetas, i), samples, learn::of_client(gradients, i));
    });
  }
  if (order_ == learn::Order::exact) path_.push_back({keeps_passes_ ? passed : nullptr, here, batch});
  rest_ = at::sub(rest_, g, alpha_);
  wide_.add(left, right, -alpha_);
}

at::Tensor CnnInnerLoop::adapted() const {
  return joined(point());
}

learn::Updates CnnInnerLoop::meta_gradient(const std::vector<GroupBatch>& queries) && {
  auto [rest, wide, losses] = directions_at_queries(queries);
  CnnPoint v{views_of_rest(network_, rest), wide.view()};
  if (watched_) {
    const auto thetas = adapted(), gradients = joined(v);
    for_each_client(watched_->queries, [&](std::size_t i, const learn::Batch& query) {
      watched_->witness.saw_gradient(i, learn::of_client(thetas, i), query, learn::of_client(gradients, i));
    });
  }
  const auto h = at::empty_like(rest);
  const auto blocks = views_of_rest(network_, h);
  for (; !path_.empty(); path_.pop_back()) {
    const auto& [kept, there, batch] = path_.back();
    const auto passed = kept ? kept : pass_through(there, batch);
    Sums sums(h, blocks);
    const auto [left, right] = passed->pass.add_hessian_product(v, passed->losses, sums);
    if (watched_) {
      const auto thetas = joined(there), along = joined(v), products = joined({blocks, {left, right}});
      for_each_client(watched_->steps[path_.size() - 1], [&](std::size_t i, const learn::Batch& samples) {
        watched_->witness.saw_product(i, learn::of_client(thetas, i), samples, learn::of_client(along, i),
                                      learn::of_client(products, i));
      });
    }
    rest.sub_(h, alpha_);
    wide.add(left, right, -alpha_);
    v.wide = wide.view();
  }
  return {joined(v), losses};
}

/// The gradients at theta_K. Where the query sets are larger than what pays, fc1's part is formed.
CnnInnerLoop::Directions CnnInnerLoop::directions_at_queries(const std::vector<GroupBatch>& queries) const {
  const auto& shape = network_.layout().blocks()[fc1].shape;
  const auto room = order_ == learn::Order::exact ? 2 * rows_ : 0, rows = rows_of(queries);
  const bool formed = rows > wide_break_even(network_);
  const auto& options = rest_.options();
  auto matrix = formed ? at::zeros({clients(), shape[0], shape[1]}, options) : at::Tensor();
  Directions v{at::empty_like(rest_),
               formed ? GrowingMatrix(matrix, room)
                      : GrowingMatrix(clients(), shape[0], shape[1], room + rows, options),
               at::zeros({clients()}, options)};
  Sums sums(v.rest, views_of_rest(network_, v.rest));
  const auto here = point();
  for (const auto& batch : queries) {
    const auto passed = pass_through(here, batch);
    const auto [left, right] = passed->pass.add_gradient(sums);
    v.losses.add_(passed->losses.values());
    if (formed)
      GroupMatrix(left, right).add_to(matrix);
    else
      v.wide.add(left, right, 1);
  }
  return v;
}

CnnPoint CnnInnerLoop::point() const {
  return {views_of_rest(network_, rest_), wide_.view()};
}

at::Tensor CnnInnerLoop::joined(const CnnPoint& point) const {
  const auto vectors = at::empty({clients(), network_.layout().size()}, rest_.options());
  const auto blocks = views(network_.layout(), vectors);
  for (std::size_t i = 0; i < blocks.size(); ++i)
    if (i != fc1) blocks[i].copy_(point.blocks[i]);
  point.wide.write_into(blocks[fc1]);
  return vectors;
}

namespace {

using Tensors = device::Replays::Tensors;

class FusedCnnLoop final : public learn::FusedInnerLoop {
 public:
  FusedCnnLoop(const model::ImageCnn& network, const Portions& portions, device::Replays& replays)
      : network_(network), portions_(portions), replays_(replays) {}

  std::optional<at::Tensor> adapt(const at::Tensor& theta, double alpha,
                                  const learn::Steps& steps) const override {
    const at::NoGradGuard plain;
    if (!pays(steps, theta.options())) return {};
    const auto made = run(theta, alpha, learn::Order::first, steps, nullptr, nullptr);
    return made[0];
  }
  std::optional<learn::Updates> meta_gradient(const at::Tensor& theta, double alpha, learn::Order order,
                                              const learn::Steps& steps, const learn::Batches& queries,
                                              const learn::PassWitness* witness) const override {
    const at::NoGradGuard plain;
    if (!pays(steps, theta.options())) return {};
    const auto made = run(theta, alpha, order, steps, &queries, witness);
    return learn::Updates{made[0], made[1]};
  }

 private:
  /// Places for a client's rows at each step. The same at all steps where portions are rounded: then the last
  /// step, of whatever is left, needs no recording of its own.
  std::vector<std::int64_t> places(const learn::Steps& steps) const {
    std::vector<std::int64_t> places;
    for (const auto& batches : steps) places.push_back(portions_.padded(most_rows(batches)));
    if (portions_.rounded) std::ranges::fill(places, std::ranges::max(places));
    return places;
  }

  /// Whether the factors of all these steps are shorter than the weight itself, and each step is a portion.
  bool pays(const learn::Steps& steps, const at::TensorOptions& options) const {
    if (steps.empty()) return false;
    const auto rows = places(steps);
    return std::reduce(rows.begin(), rows.end()) <= wide_break_even(network_) &&
           std::ranges::max(rows) <= portions_.rows(std::ssize(steps.front()), options);
  }

  /// Adapted parameters, or with queries the directions and losses.
  Tensors run(const at::Tensor& theta, double alpha, learn::Order order, const learn::Steps& steps,
              const learn::Batches* queries, const learn::PassWitness* witness) const {
    const auto rows_at = places(steps);
    std::vector<Portion> portions;
    for (std::size_t k = 0; k < steps.size(); ++k) {
      portions.push_back(whole(steps[k], rows_at[k]));
      const auto rows = learn::rows_of(steps[k]);
      cost::count_work({.gradient_rows = rows, .hessian_rows = order == learn::Order::exact ? rows : 0});
    }
    if (queries) {
      for (const auto& portion : portions_.split(*queries, theta.options()))
        portions.push_back(of_all(portion));
      cost::count_work({.gradient_rows = learn::rows_of(*queries)});
    }
    const auto rows = gather(portions, theta.options());
    const bool keeps = portions_.are_worth_keeping(std::ranges::max(rows_at));
    const auto loop = [this, alpha, order, keeps, steps = steps.size(), queried = queries != nullptr,
                       places = rows.places](const Tensors& in, const Watched* watched) {
      const GroupRows all{in[1], in[2], in[3], places};
      std::vector<GroupBatch> batches;
      for (std::size_t p = 0; p < places.size(); ++p) batches.push_back(all.portion(p));
      const std::vector<GroupBatch> last(batches.begin() + static_cast<std::ptrdiff_t>(steps), batches.end());
      batches.resize(steps);
      CnnInnerLoop loop(network_, in[0], alpha, order, keeps, batches, watched);
      if (!queried) return Tensors{loop.adapted()};
      const auto updates = std::move(loop).meta_gradient(last);
      return Tensors{updates.directions, updates.losses};
    };
    const Tensors inputs{theta.expand({std::ssize(steps.front()), theta.size(-1)}), rows.x, rows.labels,
                         rows.share};
    if (witness) {
      const Watched watched{*witness, steps, *queries};
      return loop(inputs, &watched);
    }
    return replays_.run(name(alpha, order, steps.size(), rows.places), inputs,
                        [loop](const Tensors& in) { return loop(in, nullptr); });
  }

  static std::string name(double alpha, learn::Order order, std::size_t steps,
                          const std::vector<GroupRows::Place>& places) {
    std::string name = order == learn::Order::exact ? "exact" : "first order";
    name += ' ' + std::to_string(std::bit_cast<std::uint64_t>(alpha)) + ' ' + std::to_string(steps);
    for (const auto& place : places) name += ' ' + std::to_string(place.padded);
    return name;
  }

  const model::ImageCnn& network_;
  const Portions portions_;
  device::Replays& replays_;
};

}  // namespace

std::unique_ptr<learn::FusedInnerLoop> cnn_inner_loop(const model::Network& network, const Portions& portions,
                                                      device::Replays& replays) {
  const auto* cnn = dynamic_cast<const model::ImageCnn*>(&network);
  if (!cnn || !has_batched_passes(*cnn)) return {};
  return std::make_unique<FusedCnnLoop>(*cnn, portions, replays);
}

}  // namespace fedmeta::engine::batched
