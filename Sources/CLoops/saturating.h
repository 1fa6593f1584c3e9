// x · f(x) for functions f that rise from 0 to 1 with f(x) + f(−x) = 1, by pieces of polynomials: GELU in its two
// forms.
//
// Within 3·10⁻⁸ · |x| of the right value: where x is negative and far from 0 that is more than a unit of the last
// place, as it is in ½x(1 + erf(x / √2)).
#if LANES == 16
#include "tables.h"

// The piece's number for each lane picks its coefficient from a table in two registers.
INLINE lanes picked(const float *table, lanes_i piece) {
  return (lanes)_mm512_permutex2var_ps(_mm512_loadu_ps(table), (__m512i)piece,
                                       _mm512_loadu_ps(table + 16));
}

INLINE lanes times_saturating(lanes x, const float (*table)[32], int degree, float per_unit) {
  lanes length = magnitude(x) * splat(per_unit), last = splat(0x1.fffffep4f);
  // What is not a number stays in x.
  length = choose(length < last, length, last);
  lanes_i piece = __builtin_convertvector(length, lanes_i);
  lanes u = length - __builtin_convertvector(piece, lanes) - splat(0.5f);
  lanes sum = picked(table[degree], piece);
  UNROLLED
  for (int d = degree - 1; d >= 0; d--) sum = FMA(sum, u, picked(table[d], piece));
  return x * (splat(0.5f) + with_sign_of(sum, x));
}

#define GELU(x) times_saturating(x, gelu_table, 4, GELU_PIECES_PER_UNIT)
#define GELU_TANH(x) times_saturating(x, gelu_tanh_table, 4, GELU_TANH_PIECES_PER_UNIT)
#else
INLINE lanes gelu_tanh(lanes x) {
  lanes inner = splat(0.7978845608f) * (x + splat(0.044715f) * x * x * x);
  return splat(0.5f) * x * (splat(1) + hyperbolic_tangent(inner));
}

#define GELU(x) (splat(0.5f) * (x) * (splat(1) + error_function((x) * splat(0.70710678f))))
#define GELU_TANH(x) gelu_tanh(x)
#endif
