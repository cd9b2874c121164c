#include "engine/checked_engine.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "learn/inner_rate.hpp"

namespace fedmeta::engine {
namespace {

/// One kind of pass over a batch: the engine's result, the exact one, and the exact scores.
struct MeasuredPass {
  std::function<at::Tensor(const learn::Batch&)> value, exact, scores;
};

/// Returns the larger number, or NaN if one of them is NaN.
double larger(double a, double b) {
  return std::isnan(a) || a > b ? a : b;
}

/// Returns the largest error of a layer, relative to the norm of the layer's part of `exact`, or to
/// least(layer) if that is larger.
double error(const model::ParameterLayout& layout, const at::Tensor& value, const at::Tensor& exact,
             const std::function<double(std::size_t)>& least) {
  const auto parts = layout.views(exact), differences = layout.views(value.to(at::kDouble) - exact);
  double worst = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double difference = at::norm(differences[i]).item<double>();
    if (difference > 0 || std::isnan(difference))
      worst = larger(worst, difference / std::max(at::norm(parts[i]).item<double>(), least(i)));
  }
  return worst;
}

learn::Batch with_wrong_labels(const learn::Batch& batch) {
  return {batch.x, at::where(batch.y.eq(0), 1, batch.y - 1), batch.dropout};
}

/// Returns the error of a pass over a batch. Terms that nearly cancel still leave the rounding of their size
/// before. Layers are therefore measured against at least a thousandth of the whole. For samples learnt by
/// heart, where p - y almost vanishes, the scale is at least a twentieth of the result for the same samples
/// with wrong labels. The exponential turns absolute errors of the scores into relative ones, so errors at
/// large scores count less.
double error(const model::ParameterLayout& layout, const at::Tensor& value, const MeasuredPass& pass,
             const learn::Batch& batch, double rounding) {
  const auto exact = pass.exact(batch);
  const double thousandth = 1e-3 * at::norm(exact).item<double>();
  const double simple = error(layout, value, exact, [&](std::size_t) { return thousandth; });
  if (simple <= rounding) return simple;
  const auto unlearnt = layout.views(pass.exact(with_wrong_labels(batch)));
  const double usual_score = 10, largest_score = pass.scores(batch).abs().max().item<double>();
  return error(layout, value, exact,
               [&](std::size_t i) {
                 return std::max(thousandth, 0.05 * at::norm(unlearnt[i]).item<double>());
               }) /
         std::max(1.0, largest_score / usual_score);
}

std::int64_t agreeing_rows(const model::ParameterLayout& layout, const MeasuredPass& pass,
                           const learn::Batch& batch, double error_of_batch, double rounding) {
  const auto rows = batch.rows();
  if (error_of_batch <= rounding) return rows;
  if (rows == 1) return 0;
  std::int64_t agreeing = 0;
  for (const auto& half : {batch.rows(0, rows / 2), batch.rows(rows / 2, rows)})
    agreeing +=
        agreeing_rows(layout, pass, half, error(layout, pass.value(half), pass, half, rounding), rounding);
  return agreeing;
}

void compare(PassAgreement& found, const model::ParameterLayout& layout, const at::Tensor& value,
             const MeasuredPass& pass, const learn::Batch& batch, PassLimits limits) {
  const double whole = error(layout, value, pass, batch, limits.rounding);
  found.worst = larger(found.worst, whole);
  found.rows += batch.rows();
  if (whole <= limits.tie) found.agreeing += agreeing_rows(layout, pass, batch, whole, limits.rounding);
}

}  // namespace

double PassAgreement::left_out() const {
  const auto beside_one = rows - agreeing - 1;
  return beside_one <= 0 ? 0 : static_cast<double>(beside_one) / static_cast<double>(rows);
}

/// Checks gradients and products, and with them what the engine keeps in between.
class CheckedEngine::Loss final : public learn::GroupLoss {
 public:
  Loss(const CheckedEngine& checked, at::Tensor thetas, learn::Batches batches)
      : checked_(checked),
        thetas_(std::move(thetas)),
        batches_(std::move(batches)),
        loss_(checked.engine_.loss(thetas_, batches_)) {}

  learn::Gradients gradients() override {
    auto g = loss_->gradients();
    saw_gradients(g.values);
    return g;
  }
  learn::PassingGradients passing_gradients() override {
    auto g = loss_->passing_gradients();
    saw_gradients(g.values.formed());
    return g;
  }
  learn::PassingProducts passing_hessian_products(const at::Tensor& v) override {
    auto h = loss_->passing_hessian_products(v);
    saw_products(v, h.values.formed());
    saw_gradients(h.gradients.formed());
    return h;
  }
  learn::HessianProducts hessian_products(const at::Tensor& v, bool with_gradients) override {
    auto h = loss_->hessian_products(v, with_gradients);
    saw_products(v, h.values);
    if (with_gradients) saw_gradients(h.gradients);
    return h;
  }

 private:
  void saw_gradients(const at::Tensor& g) const {
    for (std::size_t i = 0; i < batches_.size(); ++i)
      if (batches_[i].rows() > 0)
        checked_.saw_gradient(i, learn::of_client(thetas_, i), batches_[i], learn::of_client(g, i));
  }

  void saw_products(const at::Tensor& v, const at::Tensor& h) const {
    for (std::size_t i = 0; i < batches_.size(); ++i)
      if (batches_[i].rows() > 0)
        checked_.saw_product(i, learn::of_client(thetas_, i), batches_[i], learn::of_client(v, i),
                             learn::of_client(h, i));
  }

  const CheckedEngine& checked_;
  const at::Tensor thetas_;
  const learn::Batches batches_;
  const std::unique_ptr<learn::GroupLoss> loss_;
};

/// Repeats a fused loop client by client, with plain sums of the passes that the loop reports.
class CheckedEngine::Assembly final : public learn::PassWitness {
 public:
  Assembly(const learn::PassWitness& passes, const at::Tensor& theta, double alpha, const learn::Steps& steps,
           std::size_t clients)
      : passes_(passes), alpha_(alpha) {
    for (std::size_t i = 0; i < clients; ++i) {
      ways_.push_back({learn::of_client(theta, i), {}, 0});
      for (const auto& batches : steps) ways_.back().steps_left += batches[i].rows() > 0;
    }
  }

  void saw_gradient(std::size_t client, const at::Tensor& theta, const learn::Batch& batch,
                    const at::Tensor& g) const override {
    passes_.saw_gradient(client, theta, batch, g);
    auto& way = ways_[client];
    expect(theta, way.theta);
    if (way.steps_left > 0) {
      --way.steps_left;
      way.theta = alpha_.step(way.theta, g);
    } else {
      way.v = g;
    }
  }
  void saw_product(std::size_t client, const at::Tensor& theta, const learn::Batch& batch,
                   const at::Tensor& v, const at::Tensor& h) const override {
    passes_.saw_product(client, theta, batch, v, h);
    auto& way = ways_[client];
    expect(v, way.v);
    way.v = alpha_.step(way.v, h);
  }
  double error(const at::Tensor& directions) const {
    for (std::size_t i = 0; i < ways_.size(); ++i) expect(learn::of_client(directions, i), ways_[i].v);
    return worst_;
  }

 private:
  struct Way {
    at::Tensor theta, v;
    std::int64_t steps_left;
  };

  void expect(const at::Tensor& value, const at::Tensor& expected) const {
    worst_ = larger(worst_, relative_difference(value, expected));
  }

  const learn::PassWitness& passes_;
  const learn::InnerRate alpha_;
  mutable std::vector<Way> ways_;
  mutable double worst_ = 0;
};

std::unique_ptr<learn::GroupLoss> CheckedEngine::loss(const at::Tensor& thetas,
                                                      const learn::Batches& batches) const {
  return std::make_unique<Loss>(*this, thetas, batches);
}

/// Leaves adaptation to the plain loop, all of whose passes are checked.
std::optional<at::Tensor> CheckedEngine::adapt(const at::Tensor& /*theta*/, double /*alpha*/,
                                               const learn::Steps& /*steps*/) const {
  return {};
}

std::optional<learn::Updates> CheckedEngine::meta_gradient(const at::Tensor& theta, double alpha,
                                                           learn::Order order, const learn::Steps& steps,
                                                           const learn::Batches& queries,
                                                           const learn::PassWitness* /*witness*/) const {
  const Assembly assembly(*this, theta, alpha, steps, queries.size());
  auto updates = engine_.fused()->meta_gradient(theta, alpha, order, steps, queries, &assembly);
  if (updates) assembly_ = larger(assembly_, assembly.error(updates->directions));
  return updates;
}

void CheckedEngine::saw_gradient(std::size_t /*client*/, const at::Tensor& theta, const learn::Batch& batch,
                                 const at::Tensor& g) const {
  const auto there = theta.to(at::kDouble);
  const MeasuredPass pass{
      [&](const learn::Batch& rows) { return engine_.gradients(theta, {rows}).values[0]; },
      [&](const learn::Batch& rows) { return reference_.gradients(there, {in_double(rows)}).values[0]; },
      [&](const learn::Batch& rows) { return reference_.scores(there, {in_double(rows)})[0]; }};
  compare(gradients_, layout_, g, pass, batch, limits_);
}

void CheckedEngine::saw_product(std::size_t /*client*/, const at::Tensor& theta, const learn::Batch& batch,
                                const at::Tensor& v, const at::Tensor& h) const {
  const auto there = theta.to(at::kDouble), along = v.to(at::kDouble).unsqueeze(0);
  const MeasuredPass pass{
      [&](const learn::Batch& rows) {
        return engine_.hessian_products(theta, {rows}, v.unsqueeze(0), false).values[0];
      },
      [&](const learn::Batch& rows) {
        return reference_.hessian_products(there, {in_double(rows)}, along, false).values[0];
      },
      [&](const learn::Batch& rows) { return reference_.scores(there, {in_double(rows)})[0]; }};
  compare(products_, layout_, h, pass, batch, limits_);
}

double relative_difference(const at::Tensor& value, const at::Tensor& exact) {
  const double difference = at::norm(value - exact).item<double>();
  return difference == 0 ? 0 : difference / at::norm(exact).item<double>();
}

learn::Batch in_double(const learn::Batch& batch) {
  return {batch.x.is_floating_point() ? batch.x.to(at::kDouble) : batch.x, batch.y, batch.dropout};
}

}  // namespace fedmeta::engine
