// Products of words of two bf16 or four bytes, with AVX512_BF16 and AVX512_VNNI.
#if defined(__x86_64__)
#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#define TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx512vnni,fma"
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)

// The pixels of a group, those of most tiles, and the bytes of a step of a group.
enum { GROUP = 56, MOST_PIXELS = 14, STEP_BYTES = GROUP * 64 };

static inline __attribute__((always_inline)) __m512i add_products(bool bytes, __m512i sum,
                                                                  __m512i x, __m512i kernel) {
  return bytes ? _mm512_dpbusd_epi32(sum, x, kernel)
               : (__m512i)_mm512_dpbf16_ps((__m512)sum, (__m512bh)x, (__m512bh)kernel);
}

// The pixels of one tile; with two blocks of results the sums are up to 28 registers. The last step may be shorter than
// the others: what fills it up is not multiplied.
static inline __attribute__((always_inline)) void multiply(bool bytes, int size, int blocks,
                                                           const char *pixels, int words,
                                                           const char *kernel,
                                                           __m512i sum[MOST_PIXELS][2]) {
#pragma clang loop unroll(full)
  for (int p = 0; p < size; p++) sum[p][0] = sum[p][1] = _mm512_setzero_si512();
  for (int rest = words; rest > 0; rest -= 16, pixels += STEP_BYTES) {
    int count = rest < 16 ? rest : 16;
#pragma clang loop unroll_count(4)
    for (int k = 0; k < count; k++, kernel += blocks * 64) {
      __m512i first = *(const __m512i *)kernel;
      __m512i second = *(const __m512i *)(kernel + (blocks - 1) * 64);
#pragma clang loop unroll(full)
      for (int p = 0; p < size; p++) {
        __m512i x = _mm512_set1_epi32(*(const int *)(pixels + p * 64 + k * 4));
        sum[p][0] = add_products(bytes, sum[p][0], x, first);
        if (blocks > 1) sum[p][1] = add_products(bytes, sum[p][1], x, second);
      }
    }
  }
}

#define NAME(x) x##_dots
#define BYTES 0
#define IN_REGISTERS 1
#include "narrow.h"

#undef NAME
#undef BYTES
#define NAME(x) x##_byte_dots
#define BYTES 1
#include "narrow.h"

#pragma clang attribute pop
#endif
