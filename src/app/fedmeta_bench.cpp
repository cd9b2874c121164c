// The benchmark: an MPI program that also runs alone.
#include "app/bench.hpp"
#include "app/mpi_program.hpp"

int main(int argc, char** argv) {
  return fedmeta::app::run_mpi_program("fedmeta_bench", fedmeta::app::run_bench, argc, argv);
}
