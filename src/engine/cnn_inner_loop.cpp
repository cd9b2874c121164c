#include "engine/cnn_inner_loop.hpp"

#include <ATen/ATen.h>

#include "cost/work_done.hpp"
#include "learn/minibatches.hpp"

namespace fedmeta::engine {
namespace {

const model::ParameterBlock& wide_block(const model::ImageCnn& network) {
  return network.layout().blocks()[fc1];
}

kernels::FactoredMatrix matrix_of(const WideFactors& factors) {
  const auto& [left, right] = factors;
  kernels::FactoredMatrix matrix(left.size(1), right.size(1), left.size(0), left.options());
  matrix.add(left, right, 1);
  return matrix;
}

}  // namespace

std::int64_t rows_worth_keeping(const model::ImageCnn& network) {
  const auto& s = network.sizes();
  const auto side1 = s.image / 2, side2 = side1 / 2;
  const auto padded = [](std::int64_t side) { return (side + 4) * (side + 4); };
  // The image; p1 and its gradient, both with a margin, and its sources; p2, its sources and gradient, and f;
  // a1 and dz1.
  const auto numbers = padded(s.image) + (2 * padded(side1) + side1 * side1) * s.channels1 +
                       4 * side2 * side2 * s.channels2 + 2 * s.hidden;
  return network.layout().size() / numbers;
}

bool CnnInnerLoop::pays(const model::ImageCnn& network, const std::vector<learn::Batch>& steps) {
  const auto& shape = wide_block(network).shape;
  return learn::rows_of(steps) <= kernels::FactoredMatrix::break_even(shape[0], shape[1]);
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
      rest_(without_wide(theta)) {
  for (const auto& batch : steps) step(batch);
}

void CnnInnerLoop::step(const learn::Batch& batch) {
  const auto here = point();
  const auto pass = std::make_shared<CnnPass>(network_, here, batch.x);
  pass->differentiate(batch.y);
  auto g = at::empty_like(rest_);
  auto views = views_of_rest(g);
  pass->gradient(views);
  cost::count_work({.gradient_rows = batch.rows()});
  const auto factors = pass->wide_gradient();
  if (witness_) witness_->saw_gradient(0, joined(here), batch, joined({views, matrix_of(factors)}));
  const bool keep = batch.rows() <= rows_worth_keeping(network_);
  if (order_ == learn::Order::exact) path_.push_back({keep ? pass : nullptr, here, &batch});
  rest_ = at::sub(rest_, g, alpha_);
  wide_.add(factors.left, factors.right, -alpha_);
}

at::Tensor CnnInnerLoop::adapted() const {
  return joined(point());
}

Gradient CnnInnerLoop::meta_gradient(const learn::Batch& query) {
  at::Tensor rest, loss;
  auto v = direction_at_query(query, rest, loss);
  if (witness_) witness_->saw_gradient(0, adapted(), query, joined(v));
  auto h = at::empty_like(rest);
  auto views = views_of_rest(h);
  for (; !path_.empty(); path_.pop_back()) {
    auto& [pass, there, batch] = path_.back();
    if (!pass) {
      const auto again = std::make_shared<CnnPass>(network_, there, batch->x);
      again->differentiate(batch->y);
      pass = again;
    }
    const auto factors = pass->hessian_product(v, views);
    if (witness_)
      witness_->saw_product(0, joined(there), *batch, joined(v), joined({views, matrix_of(factors)}));
    rest.sub_(h, alpha_);
    v.wide.add(factors.left, factors.right, -alpha_);
  }
  return {joined(v), loss};
}

/// The gradient at theta_K, its part without fc1's weight as views of `rest`. Where the query set is larger
/// than what pays, fc1's part is formed.
CnnPoint CnnInnerLoop::direction_at_query(const learn::Batch& query, at::Tensor& rest,
                                          at::Tensor& loss) const {
  CnnPass pass(network_, point(), query.x);
  loss = pass.differentiate(query.y);
  rest = at::empty_like(rest_);
  auto views = views_of_rest(rest);
  pass.gradient(views);
  cost::count_work({.gradient_rows = query.rows()});
  const auto& shape = wide_block(network_).shape;
  const auto room = order_ == learn::Order::exact ? 2 * rows_ : 0;
  const auto [left, right] = pass.wide_gradient();
  kernels::FactoredMatrix wide(shape[0], shape[1], room + query.rows(), rest.options());
  wide.add(left, right, 1);
  if (query.rows() <= kernels::FactoredMatrix::break_even(shape[0], shape[1])) return {views, wide};
  auto formed = at::empty(shape, rest.options());
  wide.write_into(formed);
  return {views, kernels::FactoredMatrix(formed, room)};
}

CnnPoint CnnInnerLoop::point() const {
  return {views_of_rest(rest_), wide_};
}

model::Weights CnnInnerLoop::views_of_rest(const at::Tensor& rest) const {
  const auto& wide = wide_block(network_);
  model::Weights views;
  for (const auto& block : network_.layout().blocks()) {
    const auto offset = block.offset < wide.offset ? block.offset : block.offset - wide.size;
    views.push_back(&block == &wide ? at::Tensor() : rest.narrow(0, offset, block.size).view(block.shape));
  }
  return views;
}

at::Tensor CnnInnerLoop::without_wide(const at::Tensor& flat) const {
  const auto& wide = wide_block(network_);
  return at::cat({flat.slice(0, 0, wide.offset), flat.slice(0, wide.offset + wide.size)});
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
