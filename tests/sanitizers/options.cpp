// What the sanitizers need to know about the libraries below us; linked into every program of a build with
// FEDMETA_SANITIZE, so that they run clean under ctest, mpirun and by hand without any environment.

// Null in programs without MPI.
extern "C" int MPI_Init_thread(int*, char***, int, int*) __attribute__((weak));

// Open MPI keeps some memory until the process ends, in components that it has unloaded by then. Only the
// slow unwinding finds who called them, since the libraries have no frame pointers, and it makes every
// allocation ten times slower: programs with MPI are searched for leaks only where ctest asks for it.
extern "C" const char* __asan_default_options() {
  return MPI_Init_thread ? "detect_leaks=0" : "";
}

extern "C" const char* __ubsan_default_options() {
  return "print_stacktrace=1";
}

extern "C" const char* __lsan_default_options() {
  return "print_suppressions=0";
}

extern "C" const char* __lsan_default_suppressions() {
  return "leak:libmpi.so\n"
         "leak:libopen-rte.so\n"
         "leak:libopen-pal.so\n"
         "leak:libpmix.so\n"
         "leak:libevent_core\n"
         // HDF5 keeps a few kilobytes where a disk is full.
         "leak:libhdf5\n";
}
