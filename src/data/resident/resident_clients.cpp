#include "data/resident/resident_clients.hpp"

#include <ATen/ATen.h>

#include <string>
#include <utility>

#include "base/error.hpp"
#include "cost/device_bytes.hpp"

namespace fedmeta::data {
namespace {

at::Tensor view(const void* data, at::IntArrayRef shape, at::ScalarType type) {
  return at::from_blob(const_cast<void*>(data), shape, at::TensorOptions(type));
}

at::ScalarType type_of(Storage storage) {
  return storage == Storage::bytes ? at::kByte : storage == Storage::floats ? at::kFloat : at::kInt;
}

/// Turns column numbers [n, width] into a tensor [n, count] with ones in those columns, else zeros; -1 sets
/// none.
at::Tensor ones_at(const at::Tensor& columns, std::int64_t count) {
  auto field = at::zeros({columns.size(0), count + 1}, columns.options().dtype(at::kFloat));
  const auto places = columns.to(at::kLong);
  field.scatter_(1, at::where(places < 0, count, places), 1.0);
  return field.slice(1, 0, count).contiguous();
}

}  // namespace

Residence on_device(at::Device device, std::optional<std::int64_t> limit) {
  if (device.is_cpu()) return {[](const at::Tensor& host) { return host; }};
  Residence residence{[device](const at::Tensor& host) {
    cost::count_device_bytes(static_cast<std::int64_t>(host.nbytes()));
    return host.to(device);
  }};
  if (limit) residence.limit = *limit;
  return residence;
}

ResidentClients::ResidentClients(SampleForm form, std::vector<HostClient> clients, Residence residence)
    : form_(std::move(form)),
      host_(std::move(clients)),
      resident_(host_.size()),
      residence_(std::move(residence)) {}

Task ResidentClients::task(std::size_t index) {
  try {
    return make_task(index);
  } catch (const c10::OutOfMemoryError&) {
    make_room(std::numeric_limits<std::int64_t>::max());  // less is free than the limit says
  }
  try {
    return make_task(index);
  } catch (const c10::OutOfMemoryError&) {
    throw NoDeviceMemory(Status::system,
                         "the device has no memory left for the samples of clients in computation",
                         "a client of " + std::to_string(host_[index].samples) + " samples",
                         "use --max-samples, fewer ranks for each GPU, or --device cpu");
  }
}

Task ResidentClients::make_task(std::size_t index) {
  const auto& host = host_[index];
  const auto samples = resident(index);
  return {{inputs(*samples, host.storage), samples->labels.to(at::kLong)}, host.support, samples};
}

std::int64_t ResidentClients::Samples::bytes() const {
  return static_cast<std::int64_t>(features.nbytes() + labels.nbytes() +
                                   (text.defined() ? text.nbytes() : 0));
}

std::shared_ptr<const ResidentClients::Samples> ResidentClients::resident(std::size_t index) {
  auto& client = resident_[index];
  if (client.samples) {
    order_.splice(order_.end(), order_, client.place);
    return client.samples;
  }
  const auto host = on_host(host_[index]);
  make_room(host.bytes());
  client.samples = std::make_shared<const Samples>(copy(host));
  client.place = order_.insert(order_.end(), index);
  bytes_ += client.samples->bytes();
  return client.samples;
}

/// Evicts clients that no task uses until `bytes` more fit within the limit.
void ResidentClients::make_room(std::int64_t bytes) {
  for (auto next = order_.begin(); next != order_.end() && bytes > residence_.limit - bytes_;) {
    auto& client = resident_[*next];
    const bool in_use = client.samples.use_count() > 1;
    if (in_use) {
      ++next;
      continue;
    }
    bytes_ -= client.samples->bytes();
    client.samples.reset();
    next = order_.erase(next);
  }
}

ResidentClients::Samples ResidentClients::copy(const Samples& host) const {
  return {residence_.copy(host.features), host.text.defined() ? residence_.copy(host.text) : at::Tensor(),
          residence_.copy(host.labels)};
}

/// Returns views of the host memory, without copying.
ResidentClients::Samples ResidentClients::on_host(const HostClient& client) const {
  const auto n = client.samples;
  const auto labels = view(client.labels, {n}, at::kInt);
  if (client.storage != Storage::windows)
    return {view(client.features, {n, form_.width}, type_of(client.storage)), {}, labels};
  const auto* text = client.features + static_cast<std::size_t>(n) * sizeof(std::int32_t);
  return {view(client.features, {n}, at::kInt), view(text, {client.text}, at::kByte), labels};
}

at::Tensor ResidentClients::inputs(const Samples& client, Storage storage) const {
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
