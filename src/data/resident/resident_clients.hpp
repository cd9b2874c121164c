// The clients that a rank may be asked to train, kept on its device.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/client.hpp"
#include "data/resident/batch.hpp"

namespace fedmeta::data {

/// One client's samples in host memory, support set first.
struct HostClient {
  const std::byte* features = nullptr;  ///< as stored; of windows: starts [samples], then the text
  const std::int32_t* labels = nullptr;
  std::int64_t samples = 0;
  std::int64_t support = 0;
  Storage storage = Storage::bytes;
  std::int64_t text = 0;  ///< length, where windows are stored
};

/// Copies a client to the device when it is first asked for and keeps it there, in the form it has on the
/// host. On the CPU nothing is copied. The host memory must outlive this.
class ResidentClients {
 public:
  ResidentClients(SampleForm form, std::vector<HostClient> clients, at::Device device);

  /// x as form.input says: values and categories fp32 [n, features], tokens int64 [n, width]. `index` into
  /// the list given.
  Task task(std::size_t index);
  const HostClient& host(std::size_t index) const { return host_[index]; }

 private:
  struct Resident {
    at::Tensor features, text, labels;
  };
  Resident copy(const HostClient& client) const;
  at::Tensor inputs(const Resident& client, Storage storage) const;

  SampleForm form_;
  std::vector<HostClient> host_;
  std::vector<Resident> resident_;
  at::Device device_;
};

}  // namespace fedmeta::data
