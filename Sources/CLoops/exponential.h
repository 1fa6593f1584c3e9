// eˣ and what is made of it, in vectors, within 2 units of the last place.

// x = n · log 2 + r with |r| ≤ ½ log 2: n, and e^r − 1 by Cephes's polynomial.
typedef struct {
  lanes_i power;
  lanes rest;
} parted;

INLINE parted part(lanes x) {
  // To add 1.5 · 2²³ rounds to whole numbers, and leaves them in the lowest bits.
  lanes shifted = FMA(x, splat(0x1.715476p+0f), splat(0x1.8p23f));
  lanes n = shifted - splat(0x1.8p23f);
  // log 2 in two parts, the first with so few digits that its products are exact.
  lanes r = FMA(n, splat(-0x1.62e4p-1f), x);
  r = FMA(n, splat(-0x1.7f7d1cp-20f), r);
  lanes p = splat(1.9875691500e-4f);
  p = FMA(p, r, splat(1.3981999507e-3f));
  p = FMA(p, r, splat(8.3334519073e-3f));
  p = FMA(p, r, splat(4.1665795894e-2f));
  p = FMA(p, r, splat(1.6666665459e-1f));
  p = FMA(p, r, splat(5.0000001201e-1f));
  return (parted){(lanes_i)shifted - (lanes_i)splat(0x1.8p23f), FMA(p, r * r, r)};
}

INLINE lanes power_of_two(lanes_i n) { return (lanes)((n + 127) << 23); }

#if LANES == 16
#include "powers.h"

// eˣ for |x| < 2¹⁶, by a power of two from a table in two registers and a short polynomial.
INLINE lanes exponential_near(lanes x) {
  // To add 1.5 · 2¹⁸ rounds to multiples of 1/32, and leaves them in the lowest bits.
  lanes shifted = FMA(x, splat(LOG2_E), splat(0x1.8p18f));
  lanes n = shifted - splat(0x1.8p18f);
  lanes r = FMA(x, splat(LOG2_E_REST), FMA(x, splat(LOG2_E), -n));
  lanes p = FMA(FMA(splat(POWER_P2), r, splat(POWER_P1)), r, splat(POWER_P0));
  lanes power = (lanes)_mm512_permutex2var_ps(_mm512_loadu_ps(powers_of_two), (__m512i)shifted,
                                              _mm512_loadu_ps(powers_of_two + 16));
  return (lanes)_mm512_scalef_ps((__m512)FMA(power * r, p, power), (__m512)n);
}

#endif

INLINE lanes exponential(lanes x) {
  // Beyond these the result is 0 and infinity.
  x = clipped(x, splat(-105), splat(90));
#if LANES == 16
  return exponential_near(x);
#else
  parted e = part(x);
  // In two steps, as the smallest and the largest powers of two are no numbers by themselves.
  lanes_i half = e.power >> 1;
  return (e.rest + splat(1)) * power_of_two(half) * power_of_two(e.power - half);
#endif
}

// eˣ − 1, without the difference of like numbers, for x up to 60; from −30 on it is −1.
INLINE lanes exponential_less_one(lanes x) {
  parted e = part(choose(x < splat(-30), splat(-30), x));
  lanes scale = power_of_two(e.power);
  return FMA(e.rest, scale, scale - splat(1));
}

// 1 / (1 + e⁻ˣ); 0 below −87, where it is less than 2⁻¹²⁵.
INLINE lanes sigmoid(lanes x) {
#if LANES == 16
  // The second operand, if one is not a number.
  lanes minus_x = -(lanes)_mm512_min_ps(_mm512_set1_ps(88), (__m512)x);
  __m512 d = (__m512)(exponential_near(minus_x) + splat(1));
  __mmask16 known = _mm512_cmp_ps_mask((__m512)x, _mm512_set1_ps(-87), _CMP_NLT_UQ);
  // Not by the processor's estimate of a reciprocal, whose last digits are each maker's own.
  return (lanes)_mm512_maskz_div_ps(known, _mm512_set1_ps(1), d);
#else
  parted e = part(-clipped(x, splat(-87), splat(87)));
  lanes scale = power_of_two(e.power);
  lanes y = splat(1) / (FMA(e.rest, scale, scale) + splat(1));
  return choose(x < splat(-87), splat(0), y);
#endif
}

INLINE lanes hyperbolic_tangent(lanes x) {
  lanes a = magnitude(x), square = a * a;
  // Cephes's polynomial where 1 − 2 / (e²ˣ + 1) would lose digits.
  lanes p = splat(-5.70498872745e-3f);
  p = FMA(p, square, splat(2.06390887954e-2f));
  p = FMA(p, square, splat(-5.37397155531e-2f));
  p = FMA(p, square, splat(1.33314422036e-1f));
  p = FMA(p, square, splat(-3.33332819422e-1f));
  lanes near = FMA(p * square, a, a);
  lanes far = splat(1) - splat(2) / (exponential(a + a) + splat(1));
  return with_sign_of(choose(a < splat(0.625f), near, far), x);
}

// Norbert Juffa's two polynomials: of x, and of the logarithm of 1 − erf(x).
INLINE lanes error_function(lanes x) {
  lanes a = magnitude(x), square = x * x;
  lanes near = splat(-5.96761703e-4f);
  near = FMA(near, square, splat(4.99119423e-3f));
  near = FMA(near, square, splat(-2.67681349e-2f));
  near = FMA(near, square, splat(1.12819925e-1f));
  near = FMA(near, square, splat(-3.76125336e-1f));
  near = FMA(near, square, splat(1.28379166e-1f));
  near = FMA(near, x, x);
  lanes far = FMA(splat(-1.72853470e-5f), a, splat(3.83197126e-4f));
  far = FMA(far, square, FMA(splat(-3.88396438e-3f), a, splat(2.42546219e-2f)));
  far = FMA(far, a, splat(-1.06777877e-1f));
  far = FMA(far, a, splat(-6.34846687e-1f));
  far = FMA(far, a, splat(-1.28717512e-1f));
  far = FMA(far, a, -a);
  far = with_sign_of(splat(1) - exponential(far), x);
  return choose(a > splat(0.927734375f), far, near);
}
