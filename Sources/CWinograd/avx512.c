// For AVX-512: 32 registers of 16 values.
#if defined(__x86_64__)
#define LANES 16
#define ROWS 14
#define FUSED 1
#define TARGET "avx512f,fma"
#define NAME(x) x##_avx512
#include "kernels.h"
#endif
