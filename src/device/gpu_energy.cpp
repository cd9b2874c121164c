#include "device/gpu_energy.hpp"

#include <dlfcn.h>

namespace fedmeta::device {
namespace {

/// Functions of nvml.h, which need not be there when this is compiled. All return 0 for success.
struct Nvml {
  using Init = int (*)();
  using GetHandle = int (*)(const char*, void**);
  using GetEnergy = int (*)(void*, unsigned long long*);  // in millijoules

  GetHandle handle_at = nullptr;
  GetEnergy energy_of = nullptr;

  Nvml() {
    void* library = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return;
    const auto init = reinterpret_cast<Init>(dlsym(library, "nvmlInit_v2"));
    if (init == nullptr || init() != 0) return;
    handle_at = reinterpret_cast<GetHandle>(dlsym(library, "nvmlDeviceGetHandleByPciBusId_v2"));
    energy_of = reinterpret_cast<GetEnergy>(dlsym(library, "nvmlDeviceGetTotalEnergyConsumption"));
  }
};

}  // namespace

std::optional<double> gpu_joules(const std::string& place) {
  static const Nvml nvml;
  void* gpu = nullptr;
  unsigned long long millijoules = 0;
  if (nvml.handle_at == nullptr || nvml.energy_of == nullptr || place.empty()) return {};
  if (nvml.handle_at(place.c_str(), &gpu) != 0 || nvml.energy_of(gpu, &millijoules) != 0) return {};
  return static_cast<double>(millijoules) / 1e3;
}

}  // namespace fedmeta::device
