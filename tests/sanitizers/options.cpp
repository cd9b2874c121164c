// What the sanitizers need to know about the libraries below us; linked into every program of a build with
// FEDMETA_SANITIZE, so that they run clean under ctest, mpirun and by hand without any environment.

// The libraries have no frame pointers: only the slow unwinding finds the frame that names them.
extern "C" const char* __asan_default_options() {
  return "fast_unwind_on_malloc=0";
}

extern "C" const char* __ubsan_default_options() {
  return "print_stacktrace=1";
}

extern "C" const char* __lsan_default_options() {
  return "print_suppressions=0";
}

// Open MPI keeps some memory until the process ends, mostly in components it has unloaded by then
// ("unknown module"): the libraries that called them name them.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libmpi.so\n"
         "leak:libopen-rte.so\n"
         "leak:libopen-pal.so\n"
         "leak:libpmix.so\n"
         "leak:libevent_core\n"
         // HDF5 keeps a few kilobytes where a disk is full.
         "leak:H5FL_blk_malloc\n";
}
