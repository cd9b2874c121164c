// The one place that asks whether there are GPUs, waits for them, and stages host memory for them. Without
// one all of it answers at once.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <cstdint>
#include <optional>
#include <string>

namespace fedmeta::device {

/// GPUs that libtorch can use. The first call loads its CUDA half, which must come before ATen first asks for
/// it; where it or its libraries are missing there are none.
int usable_gpus();

/// Returns when what was started on the device is done; at once on the CPU.
void synchronise(at::Device device);

/// Bytes that are free on a GPU for all who use it; nothing on the CPU, or where the driver does not say.
std::optional<std::int64_t> free_memory(at::Device device);

/// Whether a library's error says that a device has no memory left.
bool is_out_of_memory(const c10::Error& error);

/// Gives memory that libtorch keeps for later back to the device.
void free_kept_memory(at::Device device);

/// The place of a GPU on the machine, the same for all processes that use it, or "" where the driver does not
/// say. "" on the CPU.
std::string gpu_place(at::Device device);

/// The model of a GPU, or "" where the driver does not say. "" on the CPU.
std::string gpu_name(at::Device device);

/// A vector in host memory from and to which `device` copies fastest: page-locked for a GPU. Its numbers are
/// not set.
at::Tensor host_memory(at::Device device, std::int64_t length, at::ScalarType type);

/// A CPU tensor's numbers on the device. The host does not wait for the copy, and may go on using the tensor.
at::Tensor sent_to(at::Device device, const at::Tensor& host);

}  // namespace fedmeta::device
