#include "engine/batched/group_batch.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "device/cuda.hpp"

namespace fedmeta::engine::batched {
namespace {

/// Which of the rows that are there stands in each place, and its share.
struct Places {
  std::vector<std::int64_t> rows;
  std::vector<double> shares;
  std::int64_t there = 0;
  bool padded = false;

  void add(std::int64_t count, std::int64_t places, std::int64_t batch_rows) {
    for (std::int64_t place = 0; place < places; ++place) {
      rows.push_back(count == 0 ? 0 : there + std::min(place, count - 1));
      shares.push_back(place < count ? 1 / static_cast<double>(batch_rows) : 0);
    }
    there += count;
    padded = padded || count != places;
  }
};

at::Tensor joined(const std::vector<at::Tensor>& parts) {
  return parts.size() == 1 ? parts.front() : at::cat(parts);
}

}  // namespace

std::int64_t Portion::rows_of(std::size_t client) const {
  return std::max<std::int64_t>(0, std::min(end, (*batches)[client].rows()) - begin);
}

std::int64_t Portion::rows() const {
  std::int64_t sum = 0;
  for (const auto client : clients) sum += rows_of(client);
  return sum;
}

GroupBatch GroupRows::portion(std::size_t i) const {
  std::int64_t first = 0;
  for (std::size_t before = 0; before < i; ++before) first += places[before].clients * places[before].padded;
  const auto [clients, padded] = places[i];
  const auto of_portion = [&, clients = clients, padded = padded](const at::Tensor& all) {
    auto shape = all.sizes().vec();
    shape[0] = padded;
    shape.insert(shape.begin(), clients);
    return all.narrow(0, first, clients * padded).view(shape);
  };
  return {of_portion(x), of_portion(labels).unsqueeze(2), of_portion(share).unsqueeze(2)};
}

GroupRows gather(const std::vector<Portion>& portions, const at::TensorOptions& options) {
  Places places;
  std::vector<at::Tensor> inputs, labels;
  GroupRows rows;
  for (const auto& portion : portions) {
    rows.places.push_back({std::ssize(portion.clients), portion.padded});
    for (const auto client : portion.clients) {
      const auto& batch = (*portion.batches)[client];
      const auto count = portion.rows_of(client);
      places.add(count, portion.padded, batch.rows());
      if (count == 0) continue;
      const auto here = batch.rows(portion.begin, portion.begin + count);
      inputs.push_back(here.x);
      labels.push_back(here.y);
    }
  }
  rows.x = joined(inputs);
  rows.labels = joined(labels);
  const auto device = rows.x.device();
  if (places.padded) {
    const auto index = device::sent_to(device, at::tensor(places.rows));
    rows.x = rows.x.index_select(0, index);
    rows.labels = rows.labels.index_select(0, index);
  }
  rows.share = device::sent_to(device, at::tensor(places.shares, options.dtype()));
  return rows;
}

std::int64_t most_rows(const learn::Batches& batches) {
  std::int64_t most = 0;
  for (const auto& batch : batches) most = std::max(most, batch.rows());
  return most;
}

}  // namespace fedmeta::engine::batched
