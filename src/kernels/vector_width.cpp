#include "kernels/vector_width.hpp"

#include <cstdlib>
#include <string>

#include "base/error.hpp"

namespace fedmeta::kernels {
namespace {

std::vector<int> widths_of_this_machine() {
  std::vector<int> widths{16};
#ifdef __x86_64__
  const bool fma = __builtin_cpu_supports("fma");
  if (fma && __builtin_cpu_supports("avx2")) widths.push_back(32);
  if (fma && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    widths.push_back(64);
#endif
  return widths;
}

int chosen_width() {
  const auto& widths = vector_widths();
  const char* wanted = std::getenv("FEDMETA_VECTOR_BYTES");
  if (!wanted) return widths.back();
  std::string known;
  for (const int width : widths) {
    if (std::to_string(width) == wanted) return width;
    known += (known.empty() ? "" : ", ") + std::to_string(width);
  }
  throw Error(Status::usage, "this processor has no vector registers of so many bytes",
              std::string("FEDMETA_VECTOR_BYTES=") + wanted, "it has " + known);
}

}  // namespace

const std::vector<int>& vector_widths() {
  static const auto widths = widths_of_this_machine();
  return widths;
}

int vector_width() {
  static const int width = chosen_width();
  return width;
}

}  // namespace fedmeta::kernels
