// The way between a rank's device and its host memory in a round. On the CPU both are one, and nothing is
// copied.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "comm/communicator.hpp"

namespace fedmeta::federate {

/// The numbers of a contiguous tensor in host memory.
template <class T>
std::span<T> values(const at::Tensor& tensor) {
  return {tensor.data_ptr<T>(), static_cast<std::size_t>(tensor.numel())};
}

/// Sums and parameters go to other ranks from page-locked memory, allocated once. Where there are no other
/// ranks they stay on the device. Copies are counted in cost/device_bytes.hpp; each has been made when the
/// function returns.
class DeviceLink {
 public:
  /// `apart`: whether the device has a memory of its own.
  DeviceLink(const comm::Communicator& world, at::Device device, bool apart)
      : world_(world), device_(device), apart_(apart) {}

  const comm::Communicator& world() const { return world_; }
  at::Device device() const { return device_; }
  bool apart() const { return apart_; }

  /// Returns a tensor of the device in host memory.
  at::Tensor on_host(const at::Tensor& tensor) const;
  /// Collective. Replaces a vector of fp32 on the device by the root's.
  void broadcast(const at::Tensor& vector);
  /// Collective. Sums vectors on the device, of fp32 or int64, element by element. The root gets the result;
  /// on other ranks their content is lost.
  void reduce_sum(const at::Tensor& vector);

 private:
  using Message = std::function<void(const at::Tensor& host)>;
  /// Calls `message` with the vector's numbers in host memory. They are copied there if `out`, and copied
  /// back if `in`.
  void through_host(const at::Tensor& vector, bool out, bool in, const Message& message);

  const comm::Communicator& world_;
  at::Device device_;
  bool apart_;
  at::Tensor floats_, integers_;  ///< page-locked
};

}  // namespace fedmeta::federate
