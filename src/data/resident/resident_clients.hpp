// The clients that a rank may be asked to train, kept on its device.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <memory>
#include <optional>
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

/// Where clients are kept.
struct Residence {
  std::function<at::Tensor(const at::Tensor&)> copy;              ///< of a tensor in host memory
  std::int64_t limit = std::numeric_limits<std::int64_t>::max();  ///< bytes
};

/// On a device, in at most `limit` bytes if there is one. On the CPU nothing is copied, and nothing is
/// bounded.
Residence on_device(at::Device device, std::optional<std::int64_t> limit = {});

/// Copies a client to the device when it is asked for, in the form it has on the host, and keeps it there.
/// Beyond the limit the client that was asked for longest ago leaves. A client stays while there is a task of
/// it, so clients that are computed together may exceed the limit. The host memory must outlive this.
class ResidentClients {
 public:
  ResidentClients(SampleForm form, std::vector<HostClient> clients, Residence residence);

  /// x as form.input says: values and categories fp32 [n, features], tokens int64 [n, width]. `index` into
  /// the list given. Throws Error(system) if the device has no memory left.
  Task task(std::size_t index);
  const HostClient& host(std::size_t index) const { return host_[index]; }

  /// Bytes of the clients that are kept now.
  std::int64_t bytes() const { return bytes_; }

 private:
  struct Samples {
    at::Tensor features, text, labels;
    std::int64_t bytes() const;
  };
  struct Resident {
    std::shared_ptr<const Samples> samples;  ///< null for a client that is not there
    std::list<std::size_t>::iterator place;  ///< in `order_`
  };

  Task make_task(std::size_t index);
  std::shared_ptr<const Samples> resident(std::size_t index);
  Samples on_host(const HostClient& client) const;
  Samples copy(const Samples& host) const;
  void make_room(std::int64_t bytes);
  at::Tensor inputs(const Samples& client, Storage storage) const;

  SampleForm form_;
  std::vector<HostClient> host_;
  std::vector<Resident> resident_;
  std::list<std::size_t> order_;  ///< of those that are there, the one asked for longest ago first
  Residence residence_;
  std::int64_t bytes_ = 0;
};

}  // namespace fedmeta::data
