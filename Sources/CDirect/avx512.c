// For AVX-512 as of 2017: 32 registers of 16 values.
#if defined(__x86_64__)
#define LANES 16
#define ROWS 14
#define FUSED 1
#define HAS_VNNI 0
#define HAS_BF16 0
#define TARGET "avx512f,avx512bw,avx512dq,avx512vl,fma"
#define NAME(x) x##_avx512
#include "kernels.h"
#endif
