#include "learn/checked_engine.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace fedmeta::learn {
namespace {

/// One kind of pass over a batch: by the engine, exactly, and the exact scores there.
struct Pass {
  std::function<at::Tensor(const Batch&)> value, exact, scores;
};

/// NaN beats every number.
double larger(double a, double b) {
  return std::isnan(a) || a > b ? a : b;
}

/// The largest of the layers' errors, each relative to the layer's part of `exact`, if that is not less than
/// `least` says.
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

Batch with_wrong_labels(const Batch& batch) {
  return {batch.x, at::where(batch.y.eq(0), 1, batch.y - 1), batch.dropout};
}

/// Of a batch. What cancels to nearly nothing keeps the rounding of what it was: layers are held to a
/// thousandth of the whole at least, and samples that are learnt by heart, of which p - y leaves nothing, to
/// a twentieth of what the same samples give with wrong labels. The exponential makes relative errors of the
/// scores' absolute ones: those of large scores count for less.
double error(const model::ParameterLayout& layout, const at::Tensor& value, const Pass& pass,
             const Batch& batch, double rounding) {
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

std::int64_t agreeing_rows(const model::ParameterLayout& layout, const Pass& pass, const Batch& batch,
                           double error_of_batch, double rounding) {
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
             const Pass& pass, const Batch& batch, PassLimits limits) {
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

/// What the engine keeps between a gradient and a product is checked with them.
class CheckedEngine::Loss final : public BatchLoss {
 public:
  Loss(const CheckedEngine& checked, at::Tensor theta, Batch batch)
      : checked_(checked),
        theta_(std::move(theta)),
        batch_(std::move(batch)),
        loss_(checked.engine_.loss(theta_, batch_)) {}

  Gradient gradient() override {
    auto g = loss_->gradient();
    checked_.saw_gradient(theta_, batch_, g.value);
    return g;
  }
  HessianProduct hessian_product(const at::Tensor& v, bool with_gradient) override {
    auto h = loss_->hessian_product(v, with_gradient);
    checked_.saw_product(theta_, batch_, v, h.value);
    if (with_gradient) checked_.saw_gradient(theta_, batch_, h.gradient);
    return h;
  }

 private:
  const CheckedEngine& checked_;
  const at::Tensor theta_;
  const Batch batch_;
  const std::unique_ptr<BatchLoss> loss_;
};

/// Goes a fused loop's way beside it, by plain sums of the passes that it shows.
class CheckedEngine::Assembly final : public PassWitness {
 public:
  Assembly(const PassWitness& passes, const at::Tensor& theta, const InnerRate& alpha, std::size_t steps)
      : passes_(passes), alpha_(alpha), steps_left_(steps), theta_(theta) {}

  void saw_gradient(const at::Tensor& theta, const Batch& batch, const at::Tensor& g) const override {
    passes_.saw_gradient(theta, batch, g);
    expect(theta, theta_);
    if (steps_left_ > 0) {
      --steps_left_;
      theta_ = alpha_.step(theta_, g);
    } else {
      v_ = g;
    }
  }
  void saw_product(const at::Tensor& theta, const Batch& batch, const at::Tensor& v,
                   const at::Tensor& h) const override {
    passes_.saw_product(theta, batch, v, h);
    expect(v, v_);
    v_ = alpha_.step(v_, h);
  }
  double error(const at::Tensor& direction) const {
    expect(direction, v_);
    return worst_;
  }

 private:
  void expect(const at::Tensor& value, const at::Tensor& expected) const {
    worst_ = larger(worst_, relative_difference(value, expected));
  }

  const PassWitness& passes_;
  const InnerRate& alpha_;
  mutable std::size_t steps_left_;
  mutable at::Tensor theta_, v_;
  mutable double worst_ = 0;
};

Gradient CheckedEngine::gradient(const at::Tensor& theta, const Batch& batch) const {
  auto g = engine_.gradient(theta, batch);
  saw_gradient(theta, batch, g.value);
  return g;
}

HessianProduct CheckedEngine::hessian_product(const at::Tensor& theta, const Batch& batch,
                                              const at::Tensor& v, bool with_gradient) const {
  auto h = engine_.hessian_product(theta, batch, v, with_gradient);
  saw_product(theta, batch, v, h.value);
  if (with_gradient) saw_gradient(theta, batch, h.gradient);
  return h;
}

std::unique_ptr<BatchLoss> CheckedEngine::loss(const at::Tensor& theta, const Batch& batch) const {
  return std::make_unique<Loss>(*this, theta, batch);
}

std::optional<Contribution> CheckedEngine::fused_meta_gradient(const at::Tensor& theta,
                                                               const InnerRate& alpha, Order order,
                                                               const std::vector<Batch>& steps,
                                                               const Batch& query,
                                                               const PassWitness* /*witness*/) const {
  const Assembly assembly(*this, theta, alpha, steps.size());
  auto contribution = engine_.fused_meta_gradient(theta, alpha, order, steps, query, &assembly);
  if (contribution) assembly_ = larger(assembly_, assembly.error(contribution->direction));
  return contribution;
}

void CheckedEngine::saw_gradient(const at::Tensor& theta, const Batch& batch, const at::Tensor& g) const {
  const auto there = theta.to(at::kDouble);
  const Pass pass{[&](const Batch& rows) { return engine_.gradient(theta, rows).value; },
                  [&](const Batch& rows) { return reference_.gradient(there, in_double(rows)).value; },
                  [&](const Batch& rows) { return reference_.scores(there, in_double(rows).x); }};
  compare(gradients_, layout_, g, pass, batch, limits_);
}

void CheckedEngine::saw_product(const at::Tensor& theta, const Batch& batch, const at::Tensor& v,
                                const at::Tensor& h) const {
  const auto there = theta.to(at::kDouble), along = v.to(at::kDouble);
  const Pass pass{[&](const Batch& rows) { return engine_.hessian_product(theta, rows, v, false).value; },
                  [&](const Batch& rows) {
                    return reference_.hessian_product(there, in_double(rows), along, false).value;
                  },
                  [&](const Batch& rows) { return reference_.scores(there, in_double(rows).x); }};
  compare(products_, layout_, h, pass, batch, limits_);
}

double relative_difference(const at::Tensor& value, const at::Tensor& exact) {
  const double difference = at::norm(value - exact).item<double>();
  return difference == 0 ? 0 : difference / at::norm(exact).item<double>();
}

Batch in_double(const Batch& batch) {
  return {batch.x.is_floating_point() ? batch.x.to(at::kDouble) : batch.x, batch.y, batch.dropout};
}

}  // namespace fedmeta::learn
