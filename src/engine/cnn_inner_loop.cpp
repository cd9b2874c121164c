#include "engine/cnn_inner_loop.hpp"

#include <ATen/ATen.h>

#include "cost/work_done.hpp"
#include "learn/minibatches.hpp"

namespace fedmeta::engine {
namespace {

kernels::FactoredView matrix_of(const kernels::Factors& factors) {
  return {factors.left, factors.right};
}

}  // namespace

std::int64_t rows_worth_keeping(const model::ImageCnn& network) {
  const auto& s = network.sizes();
  const auto side1 = s.image / 2, side2 = side1 / 2;
  const auto padded = [](std::int64_t side) { return (side + 4) * (side + 4); };
  // Counts the image; p1 and its gradient, both with a margin, and its sources; p2, its sources and gradient,
  // and f; a1 and dz1.
  const auto numbers = padded(s.image) + (2 * padded(side1) + side1 * side1) * s.channels1 +
                       4 * side2 * side2 * s.channels2 + 2 * s.hidden;
  return network.layout().size() / numbers;
}

bool CnnInnerLoop::pays(const model::ImageCnn& network, const std::vector<learn::Batch>& steps) {
  return learn::rows_of(steps) <= wide_break_even(network);
}

CnnInnerLoop::CnnInnerLoop(const model::ImageCnn& network, const at::Tensor& theta, double alpha,
                           learn::Order order, const std::vector<learn::Batch>& steps,
                           const learn::PassWitness* witness)
    : network_(network),
      alpha_(alpha),
      order_(order),
      witness_(witness),
      rows_(learn::rows_of(steps)),
      wide_(network.layout().views(theta)[fc1], rows_),
      rest_(without_wide(network, theta)) {
  for (const auto& batch : steps) step(batch);
}

void CnnInnerLoop::step(const learn::Batch& batch) {
  const auto here = point();
  const auto pass = pass_through(here, batch);
  auto g = at::empty_like(rest_);
  auto views = views_of_rest(network_, g);
  pass->write_gradient(views);
  cost::count_work({.gradient_rows = batch.rows()});
  const auto factors = pass->wide_gradient();
  if (witness_) witness_->saw_gradient(0, joined(here), batch, joined({views, matrix_of(factors)}));
  const bool keep = batch.rows() <= rows_worth_keeping(network_);
  if (order_ == learn::Order::exact) path_.push_back({keep ? pass : nullptr, here, &batch});
  rest_ = at::sub(rest_, g, alpha_);
  wide_.add(factors.left, factors.right, -alpha_);
}

std::shared_ptr<const CnnBackward> CnnInnerLoop::pass_through(const CnnPoint& point,
                                                              const learn::Batch& batch) const {
  return std::make_shared<const CnnBackward>(CnnForward(network_, point, batch.x), batch.y);
}

at::Tensor CnnInnerLoop::adapted() const {
  return joined(point());
}

Gradient CnnInnerLoop::meta_gradient(const learn::Batch& query) && {
  auto [rest, wide, loss] = direction_at_query(query);
  CnnPoint v{views_of_rest(network_, rest), wide.view()};
  if (witness_) witness_->saw_gradient(0, adapted(), query, joined(v));
  auto h = at::empty_like(rest);
  auto views = views_of_rest(network_, h);
  for (; !path_.empty(); path_.pop_back()) {
    const auto& [kept, there, batch] = path_.back();
    const auto pass = kept ? kept : pass_through(there, *batch);
    const auto factors = pass->write_hessian_product(v, views);
    if (witness_)
      witness_->saw_product(0, joined(there), *batch, joined(v), joined({views, matrix_of(factors)}));
    rest.sub_(h, alpha_);
    wide.add(factors.left, factors.right, -alpha_);
    v.wide = wide.view();
  }
  return {joined(v), loss};
}

/// Returns the gradient at theta_K, with fc1's part as a full matrix if the query set is too large for
/// factors.
CnnInnerLoop::Direction CnnInnerLoop::direction_at_query(const learn::Batch& query) const {
  const CnnBackward pass(CnnForward(network_, point(), query.x), query.y);
  auto rest = at::empty_like(rest_);
  auto views = views_of_rest(network_, rest);
  pass.write_gradient(views);
  cost::count_work({.gradient_rows = query.rows()});
  const auto& shape = network_.layout().blocks()[fc1].shape;
  const auto room = order_ == learn::Order::exact ? 2 * rows_ : 0;
  const auto [left, right] = pass.wide_gradient();
  if (query.rows() > wide_break_even(network_)) {
    auto formed = at::empty(shape, rest.options());
    kernels::FactoredView(left, right).write_into(formed);
    return {rest, {formed, room}, pass.loss()};
  }
  kernels::FactoredMatrix wide(shape[0], shape[1], room + query.rows(), rest.options());
  wide.add(left, right, 1);
  return {rest, std::move(wide), pass.loss()};
}

CnnPoint CnnInnerLoop::point() const {
  return {views_of_rest(network_, rest_), wide_.view()};
}

at::Tensor CnnInnerLoop::joined(const CnnPoint& point) const {
  auto flat = at::empty({network_.layout().size()}, rest_.options());
  const auto views = network_.layout().views(flat);
  for (std::size_t i = 0; i < views.size(); ++i)
    if (i != fc1) views[i].copy_(point.blocks[i]);
  point.wide.write_into(views[fc1]);
  return flat;
}

}  // namespace fedmeta::engine
