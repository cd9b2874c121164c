#include "programs/bench/mpi_program.hpp"

#include <algorithm>
#include <string_view>

#include "base/crash_signal.hpp"
#include "base/host_name.hpp"
#include "base/standard_output.hpp"
#include "comm/launcher.hpp"
#include "comm/session.hpp"
#include "programs/bench/machine.hpp"
#include "trace/span.hpp"

namespace fedmeta::programs {
namespace {

/// Returns whether the arguments ask for an answer that needs no ranks. Only arguments count, since they are
/// the same on all ranks, while what a file says may differ.
bool asks(int argc, char** argv) {
  return std::any_of(argv + 1, argv + argc, [](std::string_view argument) {
    return argument.starts_with("-h") || argument.starts_with("--help") ||
           argument.starts_with("--version") || argument.starts_with("--print-config");
  });
}

/// Answers on the first rank only, since a launcher starts the program on every rank.
int answer(const MpiProgram& program, int argc, char** argv) {
  if (comm::launched_rank().value_or(0) > 0) return 0;
  try {
    program.answer(argc, argv);
    check_standard_output();
    return 0;
  } catch (...) {
    return report_error(program.name, current_error());
  }
}

}  // namespace

int run_mpi_program(const MpiProgram& program, int argc, char** argv) {
  prepare_standard_streams();
  if (asks(argc, argv)) return answer(program, argc, argv);
  keep_freed_memory();
  const comm::Session session(argc, argv);
  const auto world = comm::Communicator::world();
  trace::set_rank(world.rank());
  name_crashes("rank " + std::to_string(world.rank()) + " on " + host_name());
  try {
    return program.run(world, argc, argv);
  } catch (const comm::AgreedError& error) {
    return world.root() ? report_error(program.name, error) : static_cast<int>(error.status());
  } catch (...) {
    const int status = report_error(program.name, current_error());
    if (world.size() > 1) comm::abort(status);  // the others may be waiting for this rank
    return status;
  }
}

}  // namespace fedmeta::programs
