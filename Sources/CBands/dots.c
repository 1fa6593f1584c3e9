// Products of pairs of bf16, with AVX512_BF16.
#if defined(__x86_64__)
#include <immintrin.h>
#include <stddef.h>
#define TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma"
#define NAME(x) x##_dots
// Of 32 pixels.
enum { STEP_BYTES = 32 * 64 };

#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)

// 8 pixels of one tile; with two blocks of results the sums are 16 registers.
static inline __attribute__((always_inline)) void multiply(int blocks, const char *halves,
                                                           int steps, const char *kernel,
                                                           __m512 *sums) {
  __m512 sum[8][2];
#pragma clang loop unroll(full)
  for (int p = 0; p < 8; p++) sum[p][0] = sum[p][1] = _mm512_setzero_ps();
  for (int i = 0; i < steps; i++, halves += STEP_BYTES)
#pragma clang loop unroll_count(4)
    for (int k = 0; k < 16; k++, kernel += blocks * 64) {
      __m512bh first = *(const __m512bh *)kernel;
      __m512bh second = *(const __m512bh *)(kernel + (blocks - 1) * 64);
#pragma clang loop unroll(full)
      for (int p = 0; p < 8; p++) {
        __m512bh x = (__m512bh)_mm512_set1_epi32(*(const int *)(halves + p * 64 + k * 4));
        sum[p][0] = _mm512_dpbf16_ps(sum[p][0], x, first);
        if (blocks > 1) sum[p][1] = _mm512_dpbf16_ps(sum[p][1], x, second);
      }
    }
#pragma clang loop unroll(full)
  for (int p = 0; p < 8; p++) {
    sums[p] = sum[p][0];
    if (blocks > 1) sums[16 + p] = sum[p][1];
  }
}

static void multiply_dots(int tiles, int blocks, const char *halves, int steps,
                          const char *kernel, void *sums) {
  for (int half = 0; half < 2 * tiles; half++) {
    const char *source = halves + half * 8 * 64;
    __m512 *to = (__m512 *)sums + half / 2 * 32 + half % 2 * 8;
    if (blocks > 1) multiply(2, source, steps, kernel, to);
    else multiply(1, source, steps, kernel, to);
  }
}
#define MULTIPLY multiply_dots

#include "half.h"

#pragma clang attribute pop
#endif
