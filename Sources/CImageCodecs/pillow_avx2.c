// For AVX2, which multiplies eight integers at once: SSE2 has no such instruction.
#if defined(__x86_64__)
#define TARGET "avx2"
#define NAME(x) x##_avx2
#include "pillow_passes.h"
#endif
