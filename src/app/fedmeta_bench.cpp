// The benchmark: an MPI program that also runs alone.

#include <cstdio>
#include <new>

#include "app/bench.hpp"
#include "app/machine.hpp"
#include "comm/session.hpp"

namespace {

using namespace fedmeta;

/// One line, and an end for all ranks: in order where all know of the error, at once where only this one
/// does.
int report(const comm::Communicator& world, const char* message, Status status, bool agreed) {
  if (!agreed || world.root()) std::fprintf(stderr, "fedmeta_bench: error: %s\n", message);
  if (!agreed && world.size() > 1) comm::abort(static_cast<int>(status));
  return static_cast<int>(status);
}

}  // namespace

int main(int argc, char** argv) {
  app::keep_freed_memory();
  const comm::Session session(argc, argv);
  const auto world = comm::Communicator::world();
  try {
    return app::run_bench(world, argc, argv);
  } catch (const comm::AgreedError& error) {
    return report(world, error.what(), error.status(), true);
  } catch (const Error& error) {
    return report(world, error.what(), error.status(), false);
  } catch (const std::bad_alloc&) {
    return report(world, "out of memory (this rank): use more nodes or less data", Status::system, false);
  } catch (const std::exception& error) {
    return report(world, error.what(), Status::system, false);
  }
}
