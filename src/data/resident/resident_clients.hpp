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

#include "base/error.hpp"
#include "data/client.hpp"
#include "data/resident/batch.hpp"

namespace fedmeta::data {

/// The device has no memory left for samples of clients.
class NoDeviceMemory : public Error {
 public:
  using Error::Error;
};

/// One client's samples in host memory, support set first.
struct HostClient {
  const std::byte* features = nullptr;  ///< as stored; for windows, starts [samples], then the text
  const std::int32_t* labels = nullptr;
  std::int64_t samples = 0;
  std::int64_t support = 0;
  Storage storage = Storage::bytes;
  std::int64_t text = 0;  ///< length, if windows are stored
};

/// How clients get to the device and how much room they have there.
struct Residence {
  std::function<at::Tensor(const at::Tensor&)> copy;              ///< takes a tensor in host memory
  std::int64_t limit = std::numeric_limits<std::int64_t>::max();  ///< bytes
};

/// Returns a residence on a device, of at most `limit` bytes if given. On the CPU nothing is copied, and
/// there is no limit.
Residence on_device(at::Device device, std::optional<std::int64_t> limit = {});

/// Copies a client to the device when it is first requested, in the form it has on the host, and keeps it
/// there. When the limit is exceeded, evicts the least recently requested client. A client stays as long as
/// one of its tasks exists, so clients that are computed together may exceed the limit. The host memory must
/// outlive this object.
class ResidentClients {
 public:
  ResidentClients(SampleForm form, std::vector<HostClient> clients, Residence residence);

  /// Returns the task of the client at `index` in the given list. x is as form.input says: values and
  /// categories fp32 [n, features], tokens int64 [n, width]. Throws NoDeviceMemory.
  Task task(std::size_t index);
  const HostClient& host(std::size_t index) const { return host_[index]; }

  /// Returns the bytes of the clients that are kept now.
  std::int64_t bytes() const { return bytes_; }

 private:
  struct Samples {
    at::Tensor features, text, labels;
    std::int64_t bytes() const;
  };
  struct Resident {
    std::shared_ptr<const Samples> samples;  ///< null if the client is not on the device
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
  std::list<std::size_t> order_;  ///< clients on the device, least recently requested first
  Residence residence_;
  std::int64_t bytes_ = 0;
};

}  // namespace fedmeta::data
