#include "federate/device_link.hpp"

#include <ATen/ATen.h>

#include "cost/device_bytes.hpp"
#include "device/cuda.hpp"

namespace fedmeta::federate {
namespace {

/// Waits for the copy, since host memory is read or used again right after it.
void transfer(const at::Tensor& to, const at::Tensor& from) {
  to.copy_(from, /*non_blocking=*/false);
  cost::count_device_bytes(static_cast<std::int64_t>(from.nbytes()));
}

}  // namespace

at::Tensor DeviceLink::on_host(const at::Tensor& tensor) const {
  if (apart_) cost::count_device_bytes(static_cast<std::int64_t>(tensor.nbytes()));
  return tensor.cpu();
}

void DeviceLink::through_host(const at::Tensor& vector, bool out, bool in, const Message& message) {
  if (!apart_) return message(vector);
  auto& memory = vector.scalar_type() == at::kLong ? integers_ : floats_;
  if (!memory.defined() || memory.numel() < vector.numel())
    memory = device::host_memory(device_, vector.numel(), vector.scalar_type());
  const auto host = memory.slice(0, 0, vector.numel());
  // A rank alone only takes part in the counting and waiting: its memory is not looked at.
  const bool others = world_.size() > 1;
  if (others && out) transfer(host, vector);
  message(host);
  if (others && in) transfer(vector, host);
}

void DeviceLink::broadcast(const at::Tensor& vector) {
  through_host(vector, world_.root(), !world_.root(),
               [&](const at::Tensor& host) { world_.broadcast(values<float>(host)); });
}

void DeviceLink::reduce_sum(const at::Tensor& vector) {
  through_host(vector, true, world_.root(), [&](const at::Tensor& host) {
    if (host.scalar_type() == at::kLong)
      world_.reduce_sum(values<std::int64_t>(host));
    else
      world_.reduce_sum(values<float>(host));
  });
}

}  // namespace fedmeta::federate
