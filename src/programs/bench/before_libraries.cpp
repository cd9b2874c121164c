#include "programs/bench/before_libraries.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstring>

namespace fedmeta::programs {
namespace {

// Room for 65,536 cores: cpu_set_t ends at 1,024.
std::array<unsigned long, 65536 / (sizeof(unsigned long) * CHAR_BIT)> mask;

// When these run, neither the sanitizers nor the C library's streams have been initialised.
#define FEDMETA_BEFORE_LIBRARIES __attribute__((no_sanitize("address", "undefined")))

FEDMETA_BEFORE_LIBRARIES void say(const char* text) {
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text, std::strlen(text));
}

/// MKL uses the working folder while it is loaded, and without one ends the process with its own message.
FEDMETA_BEFORE_LIBRARIES void check_working_folder(const char* program) {
  char path[PATH_MAX];
  if (syscall(SYS_getcwd, path, sizeof path) >= 0) return;
  const char* slash = std::strrchr(program, '/');
  say(slash ? slash + 1 : program);
  say(": error: the working folder is gone or cannot be read (.): change to another folder\n");
  _exit(2);  // Status::usage
}

FEDMETA_BEFORE_LIBRARIES void find_out(int, char** argv, char**) {
  syscall(SYS_sched_getaffinity, 0, sizeof mask, mask.data());
  check_working_folder(argv[0]);
}

// The dynamic linker calls the functions in this section of a program before the constructors of any library
// (ELF gABI, "Initialization and Termination Functions").
__attribute__((section(".preinit_array"), used)) void (*first)(int, char**, char**) = find_out;

}  // namespace

std::span<const unsigned long> start_mask() {
  return mask;
}

}  // namespace fedmeta::programs
