// fedmeta_data: inspect and generate data sets. No MPI, no libtorch.
#include "app/data_commands.hpp"
#include "base/error.hpp"

int main(int argc, char** argv) {
  try {
    return fedmeta::app::run_data_command(argc, argv);
  } catch (...) {
    return fedmeta::report_error("fedmeta_data", fedmeta::current_error());
  }
}
