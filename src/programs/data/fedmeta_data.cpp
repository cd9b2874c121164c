// fedmeta_data: inspect, convert and generate data sets. No MPI, no libtorch.
#include "base/error.hpp"
#include "base/standard_output.hpp"
#include "programs/data/commands.hpp"

int main(int argc, char** argv) {
  fedmeta::prepare_standard_streams();
  try {
    const int status = fedmeta::programs::run_data_command(argc, argv);
    fedmeta::check_standard_output();
    return status;
  } catch (...) {
    return fedmeta::report_error("fedmeta_data", fedmeta::current_error());
  }
}
