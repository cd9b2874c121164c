// Marks what nvcc compiles for the GPU and the CPU, so that tests can run it where there is no GPU, and loops
// whose arrays are registers there.
#pragma once

#ifdef __CUDACC__
#define FEDMETA_ON_BOTH __host__ __device__
#define FEDMETA_UNROLL _Pragma("unroll")
#else
#define FEDMETA_ON_BOTH
#define FEDMETA_UNROLL
#endif
