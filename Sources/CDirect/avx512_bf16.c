// For AVX-512 with products of bytes and of bf16.
#if defined(__x86_64__)
#define LANES 16
#define ROWS 14
#define FUSED 1
#define HAS_VNNI 1
#define HAS_BF16 1
#define TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16,fma"
#define NAME(x) x##_avx512_bf16
#include "kernels.h"
#endif
