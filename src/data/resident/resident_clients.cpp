#include "data/resident/resident_clients.hpp"

#include <ATen/ATen.h>

namespace fedmeta::data {
namespace {

at::Tensor view(const void* data, at::IntArrayRef shape, at::ScalarType type) {
  return at::from_blob(const_cast<void*>(data), shape, at::TensorOptions(type));
}

}  // namespace

ResidentClients::ResidentClients(std::vector<HostClient> clients, at::Device device)
    : host_(std::move(clients)), resident_(host_.size()), device_(device) {}

Task ResidentClients::task(std::size_t index) {
  const auto& host = host_[index];
  auto& kept = resident_[index];
  if (!kept.labels.defined()) {
    const auto type = host.bytes ? at::kByte : at::kFloat;
    kept = {view(host.features, {host.samples, host.width}, type).to(device_),
            view(host.labels, {host.samples}, at::kInt).to(device_)};
  }
  auto x = kept.features.to(at::kFloat);
  if (host.bytes) x.div_(255);
  return {{x, kept.labels.to(at::kLong)}, host.support};
}

}  // namespace fedmeta::data
