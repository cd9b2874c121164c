#include "engine/batched/group_batch.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace fedmeta::engine::batched {
namespace {

/// Rows of the clients' sets, one set after the other, as the padded batch has them.
class Places {
 public:
  /// Of the next client: `count` rows, padded to `most`.
  void add(std::int64_t count, std::int64_t most) {
    for (std::int64_t row = 0; row < most; ++row)
      places_.push_back(count == 0 ? 0 : rows_ + std::min(row, count - 1));
    rows_ += count;
  }
  std::int64_t rows() const { return rows_; }

  /// sets of [n_i, ...] -> [G, most, ...]
  at::Tensor padded(const std::vector<at::Tensor>& sets, std::int64_t clients, std::int64_t most) const {
    auto rows = sets.size() == 1 ? sets.front() : at::cat(sets);
    if (rows_ != std::ssize(places_)) rows = rows.index_select(0, at::tensor(places_).to(rows.device()));
    auto shape = rows.sizes().vec();
    shape[0] = most;
    shape.insert(shape.begin(), clients);
    return rows.reshape(shape);
  }

 private:
  std::vector<std::int64_t> places_;
  std::int64_t rows_ = 0;
};

}  // namespace

GroupBatch portion_of(const learn::Batches& batches, std::int64_t begin, std::int64_t end,
                      const at::TensorOptions& options) {
  const auto count = [&](const learn::Batch& batch) {
    return std::max<std::int64_t>(0, std::min(end, batch.rows()) - begin);
  };
  std::int64_t most = 0;
  for (const auto& batch : batches) most = std::max(most, count(batch));
  Places places;
  std::vector<at::Tensor> inputs, labels;
  std::vector<double> shares;
  for (const auto& batch : batches) {
    const auto here = count(batch);
    places.add(here, most);
    shares.insert(shares.end(), static_cast<std::size_t>(here), 1.0 / static_cast<double>(batch.rows()));
    shares.insert(shares.end(), static_cast<std::size_t>(most - here), 0.0);
    if (here == 0) continue;
    const auto rows = batch.rows(begin, begin + here);
    inputs.push_back(rows.x);
    labels.push_back(rows.y);
  }
  const auto clients = std::ssize(batches);
  const auto share = at::tensor(shares, at::kDouble).to(options);
  return {places.padded(inputs, clients, most), places.padded(labels, clients, most).unsqueeze(2),
          share.view({clients, most, 1}), places.rows()};
}

std::int64_t most_rows(const learn::Batches& batches) {
  std::int64_t most = 0;
  for (const auto& batch : batches) most = std::max(most, batch.rows());
  return most;
}

}  // namespace fedmeta::engine::batched
