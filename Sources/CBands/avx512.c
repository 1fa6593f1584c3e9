// For AVX-512: 32 registers of 16 values.
#if defined(__x86_64__)
#define LANES 16
#define PIXELS 8
#define BLOCKS 3
#define FUSED 1
#define TARGET "avx512f,avx512bw,avx512dq,avx512vl,fma"
#define LOOPS CL_AVX512
#define NAME(x) x##_avx512
#include "kernels.h"
#endif
