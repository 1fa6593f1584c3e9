// For AVX-512 with products of bytes.
#if defined(__x86_64__)
#define LANES 16
#define ROWS 14
#define FUSED 1
#define HAS_VNNI 1
#define HAS_BF16 0
#define TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma"
#define NAME(x) x##_avx512_vnni
#include "kernels.h"
#endif
