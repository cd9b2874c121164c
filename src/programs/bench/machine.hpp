// The machine under a run: each rank's device and threads, the libraries, the yardstick's rate.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "model/precision.hpp"
#include "record/results.hpp"

namespace fedmeta::programs {

/// Lets malloc keep what is freed: parameter vectors of tens of megabytes come and go at every step, and
/// getting each from the kernel again costs more than filling it. To be called first in main.
void keep_freed_memory();

/// What a rank computes on.
struct Prepared {
  at::Device device = at::kCPU;
  std::string note;  ///< a line, at the root: where ranks use fewer threads than there are cores for them
};

/// Chooses this rank's device, sets its threads (0 = its share of the node's cores) and the precision of its
/// matrix products. Collective; throws AgreedError.
Prepared prepare_device(const comm::Communicator& world, const std::string& wanted, int threads,
                        model::Precision precision);

/// Bytes that the samples of clients may take on this rank's GPU: half of what is free there, the other half
/// being for parameters and activations; divided by the ranks that share it. Nothing on the CPU. Collective.
std::optional<std::int64_t> memory_for_clients(const comm::Communicator& world, at::Device device);

/// Bytes for the parameters of clients that are computed together: a quarter of what is free on this rank's
/// GPU, divided by the ranks that share it; 1 GiB on the CPU. Collective.
std::int64_t memory_for_groups(const comm::Communicator& world, at::Device device);

/// What every rank says of itself, and its matrix-product rate, measured on all ranks at once. At the root.
record::System describe_system(const comm::Communicator& world, at::Device device);

/// The rate once more. At the root.
std::vector<double> measure_gemm(const comm::Communicator& world, at::Device device);

/// "2.11.0+cu130" and the like.
std::string libtorch_version();

}  // namespace fedmeta::programs
