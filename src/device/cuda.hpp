// The one place that asks whether there are GPUs, waits for them, and stages host memory for them. Without
// one all of it answers at once.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace fedmeta::device {

/// GPUs that libtorch can use. The first call loads its CUDA half, which must come before ATen first asks for
/// it; where it or its libraries are missing there are none.
int usable_gpus();

/// Returns when what was started on the device is done; at once on the CPU.
void synchronise(at::Device device);

/// Bytes that are free on a GPU for all who use it; nothing on the CPU, or where the driver does not say.
std::optional<std::int64_t> free_memory(at::Device device);

/// The numbers of a CPU tensor in memory from which `device` copies fastest: page-locked for a GPU, the same
/// tensor for the CPU.
at::Tensor staged_for(at::Device device, const at::Tensor& host);

/// A CPU tensor's numbers on the device. The host does not wait for the copy, and may go on using the tensor.
at::Tensor sent_to(at::Device device, const at::Tensor& host);

}  // namespace fedmeta::device
