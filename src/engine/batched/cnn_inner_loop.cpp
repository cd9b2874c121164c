#include "engine/batched/cnn_inner_loop.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "cost/work_done.hpp"

namespace fedmeta::engine::batched {
namespace {

std::int64_t padded_rows(const learn::Steps& steps) {
  std::int64_t rows = 0;
  for (const auto& batches : steps) rows += most_rows(batches);
  return rows;
}

/// Calls `show(i, client i's batch)` for those that have one.
template <class F>
void for_each_client(const learn::Batches& batches, F show) {
  for (std::size_t i = 0; i < batches.size(); ++i)
    if (batches[i].rows() > 0) show(i, batches[i]);
}

}  // namespace

bool CnnInnerLoop::pays(const model::ImageCnn& network, const Portions& portions, const learn::Steps& steps,
                        const at::TensorOptions& options) {
  if (steps.empty() || padded_rows(steps) > wide_break_even(network)) return false;
  const auto most = portions.rows(std::ssize(steps.front()), options);
  return std::ranges::all_of(steps, [&](const auto& batches) { return most_rows(batches) <= most; });
}

CnnInnerLoop::CnnInnerLoop(const model::ImageCnn& network, const Portions& portions, const at::Tensor& thetas,
                           double alpha, learn::Order order, const learn::Steps& steps,
                           const learn::PassWitness* witness)
    : network_(network),
      portions_(portions),
      alpha_(alpha),
      order_(order),
      witness_(witness),
      rows_(padded_rows(steps)),
      wide_(views(network.layout(), thetas)[fc1], rows_),
      rest_(without_wide(network, thetas)) {
  for (const auto& batches : steps) step(batches);
}

GroupBatch CnnInnerLoop::whole(const learn::Batches& batches) const {
  return portion_of(batches, 0, most_rows(batches), rest_.options());
}

CnnInnerLoop::Passed::Passed(const model::ImageCnn& network, const CnnPoint& point, GroupBatch rows)
    : batch(std::move(rows)), pass(network, point, batch.x), losses(pass.scores(), batch) {
  pass.go_back(losses.gradient());
}

std::shared_ptr<const CnnInnerLoop::Passed> CnnInnerLoop::pass_through(const CnnPoint& point,
                                                                       GroupBatch batch) const {
  return std::make_shared<const Passed>(network_, point, std::move(batch));
}

void CnnInnerLoop::step(const learn::Batches& batches) {
  const auto here = point();
  const auto passed = pass_through(here, whole(batches));
  const auto g = at::empty_like(rest_);
  const auto blocks = views_of_rest(network_, g);
  Sums sums(g, blocks);
  const auto [left, right] = passed->pass.add_gradient(sums);
  cost::count_work({.gradient_rows = passed->batch.rows});
  if (witness_) {
    const auto thetas = joined(here), gradients = joined({blocks, {left, right}});
    for_each_client(batches, [&](std::size_t i, const learn::Batch& batch) {
      witness_->saw_gradient(i, learn::of_client(thetas, i), batch, learn::of_client(gradients, i));
    });
  }
  const bool keep = portions_.are_worth_keeping(most_rows(batches));
  if (order_ == learn::Order::exact) path_.push_back({keep ? passed : nullptr, here, &batches});
  rest_ = at::sub(rest_, g, alpha_);
  wide_.add(left, right, -alpha_);
}

at::Tensor CnnInnerLoop::adapted() const {
  return joined(point());
}

learn::Updates CnnInnerLoop::meta_gradient(const learn::Batches& queries) && {
  auto [rest, wide, losses] = directions_at_queries(queries);
  CnnPoint v{views_of_rest(network_, rest), wide.view()};
  if (witness_) {
    const auto thetas = adapted(), gradients = joined(v);
    for_each_client(queries, [&](std::size_t i, const learn::Batch& query) {
      witness_->saw_gradient(i, learn::of_client(thetas, i), query, learn::of_client(gradients, i));
    });
  }
  const auto h = at::empty_like(rest);
  const auto blocks = views_of_rest(network_, h);
  for (; !path_.empty(); path_.pop_back()) {
    const auto& [kept, there, batches] = path_.back();
    const auto passed = kept ? kept : pass_through(there, whole(*batches));
    Sums sums(h, blocks);
    const auto [left, right] = passed->pass.add_hessian_product(v, passed->losses, sums);
    cost::count_work({.hessian_rows = passed->batch.rows});
    if (witness_) {
      const auto thetas = joined(there), along = joined(v), products = joined({blocks, {left, right}});
      for_each_client(*batches, [&](std::size_t i, const learn::Batch& batch) {
        witness_->saw_product(i, learn::of_client(thetas, i), batch, learn::of_client(along, i),
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
CnnInnerLoop::Directions CnnInnerLoop::directions_at_queries(const learn::Batches& queries) const {
  const auto& shape = network_.layout().blocks()[fc1].shape;
  const auto room = order_ == learn::Order::exact ? 2 * rows_ : 0, rows = most_rows(queries);
  const bool formed = rows > wide_break_even(network_);
  const auto& options = rest_.options();
  auto matrix = formed ? at::zeros({clients(), shape[0], shape[1]}, options) : at::Tensor();
  Directions v{at::empty_like(rest_),
               formed ? GrowingMatrix(matrix, room)
                      : GrowingMatrix(clients(), shape[0], shape[1], room + rows, options),
               at::zeros({clients()}, options)};
  Sums sums(v.rest, views_of_rest(network_, v.rest));
  const auto here = point();
  portions_.for_each(queries, options, [&](GroupBatch batch) {
    const auto passed = pass_through(here, std::move(batch));
    const auto [left, right] = passed->pass.add_gradient(sums);
    cost::count_work({.gradient_rows = passed->batch.rows});
    v.losses.add_(passed->losses.values());
    if (formed)
      GroupMatrix(left, right).add_to(matrix);
    else
      v.wide.add(left, right, 1);
  });
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

class FusedCnnLoop final : public learn::FusedInnerLoop {
 public:
  FusedCnnLoop(const model::ImageCnn& network, const Portions& portions)
      : network_(network), portions_(portions) {}

  std::optional<at::Tensor> adapt(const at::Tensor& theta, double alpha,
                                  const learn::Steps& steps) const override {
    const at::NoGradGuard plain;
    if (!CnnInnerLoop::pays(network_, portions_, steps, theta.options())) return {};
    return CnnInnerLoop(network_, portions_, of_all(theta, steps), alpha, learn::Order::first, steps, nullptr)
        .adapted();
  }
  std::optional<learn::Updates> meta_gradient(const at::Tensor& theta, double alpha, learn::Order order,
                                              const learn::Steps& steps, const learn::Batches& queries,
                                              const learn::PassWitness* witness) const override {
    const at::NoGradGuard plain;
    if (!CnnInnerLoop::pays(network_, portions_, steps, theta.options())) return {};
    return CnnInnerLoop(network_, portions_, of_all(theta, steps), alpha, order, steps, witness)
        .meta_gradient(queries);
  }

 private:
  /// [P] or [G, P] -> [G, P]
  static at::Tensor of_all(const at::Tensor& theta, const learn::Steps& steps) {
    return theta.expand({std::ssize(steps.front()), theta.size(-1)});
  }

  const model::ImageCnn& network_;
  const Portions portions_;
};

}  // namespace

std::unique_ptr<learn::FusedInnerLoop> cnn_inner_loop(const model::Network& network,
                                                      const Portions& portions) {
  const auto* cnn = dynamic_cast<const model::ImageCnn*>(&network);
  if (!cnn || !has_batched_passes(*cnn)) return {};
  return std::make_unique<FusedCnnLoop>(*cnn, portions);
}

}  // namespace fedmeta::engine::batched
