// NVML with one GPU, at 0000:0A:00.0, which uses 1.5 J at every look.
#include <cstring>

extern "C" {

int nvmlInit_v2() {
  return 0;
}

int nvmlDeviceGetHandleByPciBusId_v2(const char* place, void** gpu) {
  static int only = 0;
  *gpu = &only;
  return std::strcmp(place, "0000:0A:00.0") == 0 ? 0 : 6;  // NVML_ERROR_NOT_FOUND
}

int nvmlDeviceGetTotalEnergyConsumption(void*, unsigned long long* millijoules) {
  static unsigned long long used = 7000;
  *millijoules = used += 1500;
  return 0;
}
}
