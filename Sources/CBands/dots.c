// Products of words of two bf16 or four bytes, with AVX512_BF16 and AVX512_VNNI.
#if defined(__x86_64__)
#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#define TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx512vnni,fma"
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)

// Of 32 pixels.
enum { STEP_BYTES = 32 * 64 };

static inline __attribute__((always_inline)) __m512i add_products(bool bytes, __m512i sum,
                                                                  __m512i x, __m512i kernel) {
  return bytes ? _mm512_dpbusd_epi32(sum, x, kernel)
               : (__m512i)_mm512_dpbf16_ps((__m512)sum, (__m512bh)x, (__m512bh)kernel);
}

// 8 pixels of one tile; with two blocks of results the sums are 16 registers.
static inline __attribute__((always_inline)) void multiply(bool bytes, int blocks,
                                                           const char *pixels, int steps,
                                                           const char *kernel, __m512i *sums) {
  __m512i sum[8][2];
#pragma clang loop unroll(full)
  for (int p = 0; p < 8; p++) sum[p][0] = sum[p][1] = _mm512_setzero_si512();
  for (int i = 0; i < steps; i++, pixels += STEP_BYTES)
#pragma clang loop unroll_count(4)
    for (int k = 0; k < 16; k++, kernel += blocks * 64) {
      __m512i first = *(const __m512i *)kernel;
      __m512i second = *(const __m512i *)(kernel + (blocks - 1) * 64);
#pragma clang loop unroll(full)
      for (int p = 0; p < 8; p++) {
        __m512i x = _mm512_set1_epi32(*(const int *)(pixels + p * 64 + k * 4));
        sum[p][0] = add_products(bytes, sum[p][0], x, first);
        if (blocks > 1) sum[p][1] = add_products(bytes, sum[p][1], x, second);
      }
    }
#pragma clang loop unroll(full)
  for (int p = 0; p < 8; p++) {
    sums[p] = sum[p][0];
    if (blocks > 1) sums[16 + p] = sum[p][1];
  }
}

static inline __attribute__((always_inline)) void multiply_any(bool bytes, int tiles, int blocks,
                                                               const char *pixels, int steps,
                                                               const char *kernel, void *sums) {
  for (int part = 0; part < 2 * tiles; part++) {
    const char *source = pixels + part * 8 * 64;
    __m512i *to = (__m512i *)sums + part / 2 * 32 + part % 2 * 8;
    if (blocks > 1) multiply(bytes, 2, source, steps, kernel, to);
    else multiply(bytes, 1, source, steps, kernel, to);
  }
}

#define NAME(x) x##_dots
#define BYTES 0
#define MULTIPLY(...) multiply_any(false, __VA_ARGS__)
#include "narrow.h"

#undef NAME
#undef BYTES
#undef MULTIPLY
#define NAME(x) x##_byte_dots
#define BYTES 1
#define MULTIPLY(...) multiply_any(true, __VA_ARGS__)
#include "narrow.h"

#pragma clang attribute pop
#endif
