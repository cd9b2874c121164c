// The benchmark: an MPI program that also runs without a launcher.
#include "base/stop_signal.hpp"
#include "comm/launcher.hpp"
#include "programs/bench/bench.hpp"
#include "programs/bench/mpi_program.hpp"

int main(int argc, char** argv) {
  using namespace fedmeta::programs;
  fedmeta::catch_stop_signals(/*speaks=*/fedmeta::comm::launched_rank().value_or(0) == 0);
  return run_mpi_program({"fedmeta_bench", answer_bench, run_bench}, argc, argv);
}
