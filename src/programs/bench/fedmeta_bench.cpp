// The benchmark: an MPI program that also runs without a launcher.
#include "programs/bench/bench.hpp"
#include "programs/bench/mpi_program.hpp"

int main(int argc, char** argv) {
  using namespace fedmeta::programs;
  return run_mpi_program({"fedmeta_bench", answer_bench, run_bench}, argc, argv);
}
