// For AVX2 with FMA: 16 registers of 8 values.
#if defined(__x86_64__)
#define LANES 8
#define ROWS 6
#define FUSED 1
#define HAS_VNNI 0
#define HAS_BF16 0
#define TARGET "avx2,fma"
#define NAME(x) x##_avx2
#include "kernels.h"
#endif
