#include "engine/batched/lstm_steps.hpp"

#include <ATen/ATen.h>

#include "cost/executed_flops.hpp"
#include "engine/batched/group_products.hpp"

namespace fedmeta::engine::batched {
namespace {

using kernels::GroupLstm;
using kernels::LstmSteps;
using kernels::LstmStepsAlong;

/// One step, [G, n, ..].
at::Tensor step(const at::Tensor& all, std::int64_t t) {
  return all.select(1, t);
}

/// Counts the products between steps of gates [G, length, n, 4 hidden].
void count_products(const at::Tensor& gates) {
  const auto length = gates.size(1), width = gates.size(3);
  if (length > 0) cost::count_executed_flops(2 * gates.numel() / length * (length - 1) * (width / 4));
}

}  // namespace

void run_forward(const GroupLstm& cells, const LstmSteps& s, const at::Tensor& hh) {
  if (cells.forward_loop(s, hh)) return count_products(s.gates);
  for (std::int64_t t = 0; t < s.gates.size(1); ++t) {
    if (t > 0) add_product(step(s.gates, t), step(s.h, t - 1), transposed(hh));
    cells.forward(s, t);
  }
}

void run_backward(const GroupLstm& cells, const LstmSteps& s, const at::Tensor& hh) {
  if (cells.backward_loop(s, hh)) return count_products(s.gates);
  for (auto t = s.gates.size(1); t-- > 0;) {
    cells.backward(s, t);
    if (t > 0) add_product(step(s.dh, t - 1), step(s.da, t), hh);
  }
}

void run_forward_along(const GroupLstm& cells, const LstmSteps& s, const LstmStepsAlong& along,
                       const at::Tensor& hh) {
  if (cells.forward_along_loop(s, along, hh)) return count_products(s.gates);
  for (std::int64_t t = 0; t < s.gates.size(1); ++t) {
    if (t > 0) add_product(step(along.ra, t), step(along.rh, t - 1), transposed(hh));
    cells.forward_along(s, along, t);
  }
}

void run_backward_along(const GroupLstm& cells, const LstmSteps& s, const LstmStepsAlong& along,
                        const at::Tensor& hh) {
  if (cells.backward_along_loop(s, along, hh)) return count_products(s.gates);
  for (auto t = s.gates.size(1); t-- > 0;) {
    cells.backward_along(s, along, t);
    if (t > 0) add_product(step(along.rdh, t - 1), step(along.rda, t), hh);
  }
}

}  // namespace fedmeta::engine::batched
