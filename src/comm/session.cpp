#include "comm/session.hpp"

#include <mpi.h>

#include <cstdlib>

#include "base/error.hpp"
#include "comm/launcher.hpp"
#include "comm/stalls.hpp"

namespace fedmeta::comm {

Session::Session(int& argc, char**& argv) {
  if (!launched_rank()) start_alone();
  int provided = 0;
  check(MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
  check(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
}

Session::~Session() {
  try {
    take_last_questions();
  } catch (const Error& error) {
    report_error("fedmeta_bench", error);  // there is nobody else to tell
  }
  MPI_Finalize();
}

void check(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING];
  int length = 0;
  MPI_Error_string(code, text, &length);
  int kind = MPI_ERR_OTHER;
  MPI_Error_class(code, &kind);
  throw Error(Status::system, std::string("MPI failed: ") + text, call,
              kind == MPI_ERR_NO_MEM
                  ? "use more nodes, fewer ranks a node or less data"
                  : "see what MPI said above, if anything, and check its installation and the network");
}

void abort(int status) {
  MPI_Abort(MPI_COMM_WORLD, status);
  std::_Exit(status);
}

std::string library_version() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  check(MPI_Get_library_version(text, &length), "MPI_Get_library_version");
  const std::string version(text, static_cast<std::size_t>(length));
  return version.substr(0, version.find_first_of(",\n"));
}

}  // namespace fedmeta::comm
