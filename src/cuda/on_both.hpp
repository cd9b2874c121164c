// Marks what nvcc compiles for the GPU and the CPU, so that tests can run it where there is no GPU, and loops
// whose arrays are registers there.
#pragma once

#ifdef __CUDACC__
#define FEDMETA_ON_BOTH __host__ __device__
#define FEDMETA_PRAGMA(text) _Pragma(#text)
#define FEDMETA_UNROLL FEDMETA_PRAGMA(unroll)
#define FEDMETA_UNROLL_BY(count) FEDMETA_PRAGMA(unroll count)
#else
#define FEDMETA_ON_BOTH
#define FEDMETA_UNROLL
#define FEDMETA_UNROLL_BY(count)
#endif
