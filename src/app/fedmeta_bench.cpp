// The benchmark: an MPI program that also runs alone.
#include "app/bench.hpp"
#include "app/machine.hpp"
#include "comm/session.hpp"

int main(int argc, char** argv) {
  using namespace fedmeta;
  constexpr const char* program = "fedmeta_bench";
  app::keep_freed_memory();
  const comm::Session session(argc, argv);
  const auto world = comm::Communicator::world();
  try {
    return app::run_bench(world, argc, argv);
  } catch (const comm::AgreedError& error) {
    // All ranks know: one says so, all end in order.
    return world.root() ? report_error(program, error) : static_cast<int>(error.status());
  } catch (...) {
    // Only this rank knows: it says so and ends the others, which may be waiting for it.
    const int status = report_error(program, current_error());
    if (world.size() > 1) comm::abort(status);
    return status;
  }
}
