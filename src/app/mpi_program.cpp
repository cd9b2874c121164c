#include "app/mpi_program.hpp"

#include "app/machine.hpp"
#include "comm/session.hpp"

namespace fedmeta::app {

int run_mpi_program(const char* name, int (*program)(const comm::Communicator& world, int argc, char** argv),
                    int argc, char** argv) {
  keep_freed_memory();
  const comm::Session session(argc, argv);
  const auto world = comm::Communicator::world();
  try {
    return program(world, argc, argv);
  } catch (const comm::AgreedError& error) {
    return world.root() ? report_error(name, error) : static_cast<int>(error.status());
  } catch (...) {
    const int status = report_error(name, current_error());
    if (world.size() > 1) comm::abort(status);  // the others may be waiting for this rank
    return status;
  }
}

}  // namespace fedmeta::app
