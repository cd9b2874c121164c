#include "data/resident/resident_clients.hpp"

#include <ATen/ATen.h>

namespace fedmeta::data {
namespace {

at::Tensor view(const void* data, at::IntArrayRef shape, at::ScalarType type) {
  return at::from_blob(const_cast<void*>(data), shape, at::TensorOptions(type));
}

at::ScalarType type_of(Storage storage) {
  return storage == Storage::bytes ? at::kByte : storage == Storage::floats ? at::kFloat : at::kInt;
}

/// Column numbers [n, width] -> ones in a field of zeros [n, columns]; -1 stands for none.
at::Tensor ones_at(const at::Tensor& columns, std::int64_t count) {
  auto field = at::zeros({columns.size(0), count + 1}, columns.options().dtype(at::kFloat));
  const auto places = columns.to(at::kLong);
  field.scatter_(1, at::where(places < 0, count, places), 1.0);
  return field.slice(1, 0, count).contiguous();
}

}  // namespace

ResidentClients::ResidentClients(SampleForm form, std::vector<HostClient> clients, at::Device device)
    : form_(std::move(form)), host_(std::move(clients)), resident_(host_.size()), device_(device) {}

Task ResidentClients::task(std::size_t index) {
  const auto& host = host_[index];
  auto& kept = resident_[index];
  if (!kept.labels.defined()) kept = copy(host);
  return {{inputs(kept, host.storage), kept.labels.to(at::kLong)}, host.support};
}

ResidentClients::Resident ResidentClients::copy(const HostClient& client) const {
  Resident kept;
  const auto n = client.samples;
  kept.labels = view(client.labels, {n}, at::kInt).to(device_);
  if (client.storage == Storage::windows) {
    kept.features = view(client.features, {n}, at::kInt).to(device_);
    const auto* text = client.features + static_cast<std::size_t>(n) * sizeof(std::int32_t);
    kept.text = view(text, {client.text}, at::kByte).to(device_);
  } else {
    kept.features = view(client.features, {n, form_.width}, type_of(client.storage)).to(device_);
  }
  return kept;
}

at::Tensor ResidentClients::inputs(const Resident& client, Storage storage) const {
  switch (form_.input) {
    case Input::tokens:
      if (storage != Storage::windows) return client.features.to(at::kLong);
      return client.text.unfold(0, form_.width, 1).index_select(0, client.features).to(at::kLong);
    case Input::categories:
      return ones_at(client.features, form_.shape.front());
    case Input::values:
      break;
  }
  auto x = client.features.to(at::kFloat);
  return storage == Storage::bytes ? x.div_(255) : x;
}

}  // namespace fedmeta::data
