#include "programs/bench/machine.hpp"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <malloc.h>
#include <torch/headeronly/version.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <set>
#include <span>

#include "base/error.hpp"
#include "base/host_name.hpp"
#include "device/binding.hpp"
#include "device/cuda.hpp"
#include "device/gemm_rate.hpp"
#include "programs/bench/cores.hpp"
#include "programs/bench/cpu_model.hpp"

namespace fedmeta::programs {
namespace {

/// Returns what this rank must know of all ranks on its node: their cores and control groups; of itself
/// everything.
std::vector<RankCores> ranks_of(const comm::Communicator& node) {
  const RankCores mine{process_cores(), cgroup_quota(), openmp_bound()};
  const std::vector<std::int32_t> cores(mine.cores.begin(), mine.cores.end());
  const auto bytes = std::as_bytes(std::span(cores));
  const auto masks = node.all_gather(comm::Bytes(bytes.begin(), bytes.end()));
  const auto groups = node.all_gather(mine.quota ? mine.quota->group : "");
  std::vector<RankCores> ranks(masks.size());
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    std::vector<std::int32_t> theirs(masks[r].size() / sizeof(std::int32_t));
    std::memcpy(theirs.data(), masks[r].data(), masks[r].size());
    ranks[r].cores.insert(theirs.begin(), theirs.end());
    if (!groups[r].empty()) ranks[r].quota = Quota{0, groups[r]};
  }
  ranks[static_cast<std::size_t>(node.rank())] = mine;
  return ranks;
}

/// Sets this rank's number of threads. Returns, at the root, the note of the first rank that has one.
std::string set_threads(const comm::Communicator& world, const comm::Communicator& node, int wanted) {
  const auto ranks = ranks_of(node);
  auto plan = plan_threads(ranks, static_cast<std::size_t>(node.rank()));
  if (wanted > 0) plan = {wanted, ""};
  at::set_num_threads(plan.threads);
  // If OpenMP bound the only thread of each rank, all would share one core, since each rank counts places
  // from 0.
  if (plan.threads == 1 && node.size() > 1) free_main_thread();
  std::string note;
  if (!plan.reason.empty())
    note = "rank " + std::to_string(world.rank()) + " has " + std::to_string(plan.threads) +
           (plan.threads == 1 ? " thread, " : " threads, ") + std::to_string(count_cores(ranks)) +
           " cores on its node: " + plan.reason + "; --threads sets another number";
  const auto notes = world.all_gather(note);
  const auto first = std::find_if(notes.begin(), notes.end(), [](const auto& text) { return !text.empty(); });
  return first == notes.end() || !world.root() ? "" : *first;
}

/// What tells this rank's GPU from others of its node; "" on the CPU.
std::string own_gpu(at::Device device) {
  if (device.is_cpu()) return "";
  const auto place = device::gpu_place(device);
  return place.empty() ? device.str() : place;
}

/// The number of ranks that compute on this rank's GPU; 1 on the CPU.
int ranks_on_gpu(const comm::Communicator& world, at::Device device) {
  const auto gpu = own_gpu(device);
  const auto gpus = world.node().all_gather(gpu);
  return device.is_cpu() ? 1 : static_cast<int>(std::count(gpus.begin(), gpus.end(), gpu));
}

/// The number of different GPUs that all ranks compute on.
std::int64_t count_gpus(const comm::Communicator& world, at::Device device) {
  const auto gpu = own_gpu(device);
  const auto all = world.all_gather(gpu.empty() ? "" : host_name() + " " + gpu);
  std::set<std::string> different(all.begin(), all.end());
  different.erase("");
  return std::ssize(different);
}

/// This rank's part of what is free on its GPU.
std::optional<std::int64_t> own_memory(const comm::Communicator& world, at::Device device) {
  const auto sharing = ranks_on_gpu(world, device);
  const auto free = device::free_memory(device);
  if (!free) return {};
  return *free / sharing;
}

void add_note(const char* note, Prepared& prepared) {
  prepared.note += (prepared.note.empty() ? "" : "; ") + std::string(note);
}

}  // namespace

void keep_freed_memory() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
}

Prepared prepare_device(const comm::Communicator& world, const std::string& wanted, int threads,
                        model::Precision precision) {
  const auto node = world.node();
  Prepared prepared;
  prepared.note = set_threads(world, node, threads);
  if (gemm_size() < device::whole_gemm_size)
    add_note("sgemm is measured with small matrices (FEDMETA_SGEMM_SIZE): efficiency means nothing",
             prepared);
  comm::agree(world, [&] {
    const int gpus = wanted == "cpu" ? 0 : device::usable_gpus();
    const int index = device::bind_device(wanted, node.rank(), gpus);
    if (index < 0 && precision == model::Precision::tf32)
      throw Error(Status::usage, "only GPUs have matrix units for tf32", "--precision tf32",
                  "use bf16 or fp32, or a machine with a GPU");
    if (index < 0 && precision == model::Precision::bf16 && !model::processor_has_units(precision))
      add_note("this processor has no units for bf16 (AMX): rounding to it makes a run slower than in fp32",
               prepared);
    model::allow_matrix_units(precision);
    at::globalContext().setDeterministicCuDNN(true);  // the same bits for the same work
    if (index >= 0) prepared.device = at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index));
  });
  prepared.ranks_on_gpu = world.gather(ranks_on_gpu(world, prepared.device));
  return prepared;
}

std::optional<std::int64_t> memory_for_clients(const comm::Communicator& world, at::Device device) {
  const auto free = own_memory(world, device);
  if (!free) return {};
  return *free / 2;
}

std::int64_t memory_for_groups(const comm::Communicator& world, at::Device device) {
  const auto free = own_memory(world, device);
  return free ? *free / 4 : std::int64_t{1} << 30;
}

record::System describe_system(const comm::Communicator& world, at::Device device) {
  record::System system;
  system.host = world.all_gather(host_name());
  system.device = world.all_gather(device.str());
  system.pid = world.gather(static_cast<std::int32_t>(getpid()));
  system.rank = world.gather(static_cast<std::int32_t>(world.rank()));
  system.threads = world.gather(static_cast<std::int32_t>(at::get_num_threads()));
  system.cpu = world.all_gather(cpu_model());
  system.gpu = world.all_gather(device::gpu_name(device));
  system.gpus = count_gpus(world, device);
  if (const char* job = std::getenv("SLURM_JOB_ID")) system.slurm_job_id = job;
  system.gemm_flops_per_second = measure_gemm(world, device);
  return system;
}

std::int64_t gemm_size() {
  const char* wanted = std::getenv("FEDMETA_SGEMM_SIZE");
  return wanted ? std::clamp<std::int64_t>(std::atoll(wanted), 1, device::whole_gemm_size)
                : device::whole_gemm_size;
}

std::vector<double> measure_gemm(const comm::Communicator& world, at::Device device) {
  world.wait_for_all();
  return world.gather(device::gemm_flops_per_second(device, gemm_size()));
}

std::string libtorch_version() {
  return TORCH_VERSION;
}

}  // namespace fedmeta::programs
