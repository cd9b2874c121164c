// Marks what nvcc compiles for the GPU and the CPU, so that tests can run it where there is no GPU.
#pragma once

#ifdef __CUDACC__
#define FEDMETA_ON_BOTH __host__ __device__
#else
#define FEDMETA_ON_BOTH
#endif
