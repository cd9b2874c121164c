// The benchmark: an MPI program that also runs alone.
#include "app/bench.hpp"
#include "app/mpi_program.hpp"

int main(int argc, char** argv) {
  using namespace fedmeta::app;
  return run_mpi_program({"fedmeta_bench", answer_bench, run_bench}, argc, argv);
}
