// The machine used by a run: each rank's device and threads, the libraries, and the rate of sgemm.
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

/// Makes malloc keep freed memory: parameter vectors of tens of megabytes are allocated at every step, and
/// getting each from the kernel again takes longer than filling it. Call this first in main.
void keep_freed_memory();

/// The device of a rank.
struct Prepared {
  at::Device device = at::kCPU;
  std::string note;               ///< a line, at the root: fewer threads than cores, and the like
  std::vector<int> ranks_on_gpu;  ///< of each rank, at the root: how many compute on its GPU; 1 on the CPU
};

/// Collective. Chooses this rank's device, and sets its threads (0 = its share of the node's cores) and the
/// precision of its matrix products. Throws AgreedError.
Prepared prepare_device(const comm::Communicator& world, const std::string& wanted, int threads,
                        model::Precision precision);

/// Collective. Returns how many bytes clients' samples may take on this rank's GPU: half of the free memory,
/// the other half being for parameters and activations, divided by the number of ranks that share the GPU.
/// Returns nothing on the CPU.
std::optional<std::int64_t> memory_for_clients(const comm::Communicator& world, at::Device device);

/// Bytes for the parameters of clients that are computed together: a quarter of what is free on this rank's
/// GPU, divided by the ranks that share it; 1 GiB on the CPU. Collective.
std::int64_t memory_for_groups(const comm::Communicator& world, at::Device device);

/// Collective. Returns, at the root, a description of every rank, with the sgemm rate measured on all ranks
/// at once.
record::System describe_system(const comm::Communicator& world, at::Device device);

/// Returns the side of the matrices by which efficiency is measured, or a smaller one that the environment
/// variable FEDMETA_SGEMM_SIZE gives: tests start hundreds of runs, and the measurement takes seconds.
std::int64_t gemm_size();

/// Collective. Measures the rate again; returns one number per rank, at the root.
std::vector<double> measure_gemm(const comm::Communicator& world, at::Device device);

/// Returns a version such as "2.11.0+cu130".
std::string libtorch_version();

}  // namespace fedmeta::programs
