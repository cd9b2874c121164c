#include "mpi/pmpi_count.hpp"

#include <mpi.h>

namespace {

std::int64_t counted = 0;
bool corrupt = false;

void count_bytes(int count, MPI_Datatype type) {
  int size = 0;
  MPI_Type_size(type, &size);
  counted += static_cast<std::int64_t>(count) * size;
}

}  // namespace

namespace fedmeta::test {

std::int64_t pmpi_bytes() {
  return counted;
}

void corrupt_next_broadcast() {
  corrupt = true;
}

}  // namespace fedmeta::test

extern "C" {

int MPI_Bcast(void* buffer, int count, MPI_Datatype type, int root, MPI_Comm comm) {
  count_bytes(count, type);
  const int code = PMPI_Bcast(buffer, count, type, root, comm);
  if (corrupt) static_cast<unsigned char*>(buffer)[0] ^= 1;
  corrupt = false;
  return code;
}

int MPI_Reduce(const void* send, void* receive, int count, MPI_Datatype type, MPI_Op operation, int root,
               MPI_Comm comm) {
  count_bytes(count, type);
  return PMPI_Reduce(send, receive, count, type, operation, root, comm);
}

int MPI_Allreduce(const void* send, void* receive, int count, MPI_Datatype type, MPI_Op operation,
                  MPI_Comm comm) {
  count_bytes(count, type);
  return PMPI_Allreduce(send, receive, count, type, operation, comm);
}

}  // extern "C"
