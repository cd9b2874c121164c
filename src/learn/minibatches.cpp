#include "learn/minibatches.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

#include "device/cuda.hpp"

namespace fedmeta::learn {
namespace {

std::int64_t batch_rows(std::int64_t rows, const Passes& passes) {
  return passes.batch == 0 ? rows : std::min(passes.batch, rows);
}

}  // namespace

std::int64_t steps_of(const Passes& passes, std::int64_t rows) {
  const auto batch = batch_rows(rows, passes);
  return passes.steps > 0 ? passes.steps : passes.epochs * ((rows + batch - 1) / batch);
}

Batch shuffled(const Batch& set, Random& random) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(set.rows()));
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, random);
  const auto index = device::sent_to(set.y.device(), at::tensor(order, at::kLong));
  return {set.x.index_select(0, index), set.y.index_select(0, index)};
}

std::vector<Batch> minibatches(const Batch& set, const Passes& passes, Random* random, bool dropout) {
  const auto rows = set.rows();
  const auto batch = batch_rows(rows, passes);
  const auto steps = steps_of(passes, rows);
  std::vector<Batch> batches;
  while (static_cast<std::int64_t>(batches.size()) < steps) {
    const Batch epoch = random && batch < rows ? shuffled(set, *random) : set;
    for (std::int64_t begin = 0; begin < rows && static_cast<std::int64_t>(batches.size()) < steps;
         begin += batch) {
      batches.push_back(epoch.rows(begin, std::min(begin + batch, rows)));
      if (random && dropout) batches.back().dropout = random->bits() | 1;  // 0 would mean no dropout
    }
  }
  return batches;
}

Steps minibatches(const Batches& sets, const Passes& passes, std::vector<Random>* orders, bool dropout) {
  Steps steps;
  for (std::size_t i = 0; i < sets.size(); ++i)
    put_steps(steps, i, sets.size(), minibatches(sets[i], passes, orders ? &(*orders)[i] : nullptr, dropout));
  return steps;
}

std::int64_t rows_of(const std::vector<Batch>& batches) {
  std::int64_t rows = 0;
  for (const auto& batch : batches) rows += batch.rows();
  return rows;
}

std::int64_t rows_processed(std::int64_t rows, const Passes& passes) {
  const auto batch = batch_rows(rows, passes);
  const auto steps = steps_of(passes, rows);
  const auto per_epoch = (rows + batch - 1) / batch;
  const auto rest = steps % per_epoch;
  return steps / per_epoch * rows + std::min(rest * batch, rows);
}

}  // namespace fedmeta::learn
