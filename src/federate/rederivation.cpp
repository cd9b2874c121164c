#include "federate/rederivation.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace fedmeta::federate {
namespace {

/// Returns the limit for rounding in double, or for bf16's rounding, which stays even if sums are in double.
double algebra_limit(model::Precision precision) {
  return precision == model::Precision::bf16 ? model::rounding_tolerance(precision) : 1e-8;
}

/// Returns the limits of a pass. The one for ties is the measured effect on a batch of one unit on the other
/// side of a tie (docs/counters.md), and half of the 1% error that must be found.
engine::PassLimits pass_limits(model::Precision precision) {
  const double rounding = model::rounding_tolerance(precision);
  return {rounding, std::max(5e-3, rounding)};
}

/// Ties have been seen in one row out of forty.
constexpr double most_left_out = 0.25;

/// Changes every number by up to a thousandth of itself, differently for each number and each value of
/// `times`.
at::Tensor moved(const at::Tensor& phi, std::size_t times) {
  if (times == 0) return phi;
  const auto angles = at::arange(phi.numel(), phi.options()) * static_cast<double>(times);
  return phi * (1 + 1e-3 * angles.sin());
}

}  // namespace

double Rederivation::over_limit(model::Precision precision) const {
  double most = 0;
  const auto add = [&](double error, double limit) {
    if (!(error / limit <= most) && !std::isnan(most)) most = error / limit;
  };
  add(algebra, algebra_limit(precision));
  add(assembly, pass_limits(precision).rounding);
  for (const double error : {gradients.worst, products.worst}) add(error, pass_limits(precision).tie);
  for (const auto* passes : {&gradients, &products}) add(passes->left_out(), most_left_out);
  return most;
}

Rederivation rederived(const algorithms::Algorithm& algorithm, const learn::Engine& engine,
                       const algorithms::Reference& reference, const at::Tensor& phi, const learn::Task& task,
                       Random order, model::Precision precision) {
  const auto phi_in_double = phi.to(at::kDouble);
  const learn::Task task_in_double{engine::in_double(task.all), task.support_rows};
  const auto exact = algorithm.rederive(reference, phi_in_double, task_in_double, order);
  Rederivation found;
  found.algebra =
      engine::relative_difference(algorithm.direction(engine, phi_in_double, task_in_double, order), exact);
  const auto plain = reference.engine();
  const engine::CheckedEngine checked(engine, *plain, reference.network.layout(), pass_limits(precision));
  algorithm.direction(checked, phi, task, order);
  found.gradients = checked.gradient_agreement();
  found.products = checked.product_agreement();
  found.assembly = checked.assembly();
  return found;
}

Rederivation best_rederivation(const algorithms::Algorithm& algorithm, const learn::Engine& engine,
                               const algorithms::Reference& reference, const at::Tensor& phi,
                               const std::vector<RederivedClient>& clients, model::Precision precision) {
  Rederivation best;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const auto found = rederived(algorithm, engine, reference, moved(phi, i), clients[i].samples,
                                 clients[i].order, precision);
    const double over = found.over_limit(precision);
    if (i == 0 || !(best.over_limit(precision) <= over)) best = found;  // any error is better than NaN
    best.clients = static_cast<std::int64_t>(i) + 1;
    if (over <= 1) break;
  }
  return best;
}

learn::Task cut_for_rederivation(const learn::Task& task) {
  const auto first = [](const learn::Batch& set, std::int64_t most) {
    return set.rows(0, std::min(most, set.rows()));
  };
  const auto support = first(task.support(), 12), query = first(task.query(), 8);
  return {{at::cat({support.x, query.x}), at::cat({support.y, query.y}), task.all.dropout}, support.rows()};
}

}  // namespace fedmeta::federate
