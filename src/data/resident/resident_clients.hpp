// The clients that a rank may be asked to train, kept on its device.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/resident/batch.hpp"

namespace fedmeta::data {

/// One client's samples in host memory, support set first.
struct HostClient {
  const std::byte* features = nullptr;  ///< [samples, width]: uint8 (k for k/255) or float
  const std::int32_t* labels = nullptr;
  std::int64_t samples = 0;
  std::int64_t support = 0;
  std::int64_t width = 0;
  bool bytes = true;
};

/// Copies a client to the device when it is first asked for and keeps it there, in the form it has on the
/// host (a quarter of the memory for bytes). On the CPU nothing is copied. The host memory must outlive this.
class ResidentClients {
 public:
  ResidentClients(std::vector<HostClient> clients, at::Device device);

  /// Features become fp32, bytes k become k/255. `index` into the list given.
  Task task(std::size_t index);

 private:
  struct Resident {
    at::Tensor features, labels;
  };
  std::vector<HostClient> host_;
  std::vector<Resident> resident_;
  at::Device device_;
};

}  // namespace fedmeta::data
