// fedmeta_data: inspect and generate data sets. No MPI, no libtorch.
#include <cstdio>
#include <exception>
#include <new>

#include "app/data_commands.hpp"
#include "base/error.hpp"

namespace {

int report(const char* message, fedmeta::Status status) {
  std::fprintf(stderr, "fedmeta_data: error: %s\n", message);
  return static_cast<int>(status);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return fedmeta::app::run_data_command(argc, argv);
  } catch (const fedmeta::Error& error) {
    return report(error.what(), error.status());
  } catch (const std::bad_alloc&) {
    return report("out of memory (fedmeta_data): work on fewer clients", fedmeta::Status::system);
  } catch (const std::exception& error) {
    return report(error.what(), fedmeta::Status::system);
  }
}
