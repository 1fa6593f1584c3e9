// Vectors of the instruction set that the including file names, and what becomes of sums.
//
// That file defines
//   LANES     the values in a vector, and the channels in a block of f32
//   ROWS      the most pixels that are finished at once
//   FUSED     whether multiply-adds are one operation
//   HAS_BF16  whether conversions to bf16 are
//   TARGET    the instructions that the functions may use, if they are named
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "internal.h"

// Vectors are passed between functions of this file only, all of which are inlined.
#pragma clang diagnostic ignored "-Wpsabi"
#ifdef TARGET
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)
#endif
#pragma clang fp contract(off)

typedef float lanes __attribute__((vector_size(LANES * 4), aligned(LANES * 4)));
typedef int lanes_i __attribute__((vector_size(LANES * 4), aligned(LANES * 4)));
typedef unsigned short half_lanes __attribute__((vector_size(LANES * 2), aligned(LANES * 2)));
#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

#if FUSED
#define FMA(x, y, z) __builtin_elementwise_fma((x), (y), (z))
#else
#define FMA(x, y, z) ((x) * (y) + (z))
#endif

// Not `(lanes){} + x`: to add 0 to a float is an operation, as −0 becomes 0.
INLINE lanes splat(float x) {
  int bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return (lanes)((lanes_i){} + bits);
}

// Half of the pixels, which is a row of the smallest maps.
#define HALF (ROWS / 2)

// The instructions of CLoops, whose functions are applied.
#if LANES == 16
#define LOOPS CL_AVX512
#elif FUSED
#define LOOPS CL_AVX2
#else
#define LOOPS CL_PORTABLE
#endif

#include "finish.h"
