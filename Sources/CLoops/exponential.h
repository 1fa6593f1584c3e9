// eˣ and what is made of it, in vectors, within 2 units of the last place.

// e^r for |r| ≤ ½ log 2 by Cephes's polynomial, then a power of two: in two steps, as the smallest
// and the largest ones are no numbers by themselves.
INLINE lanes exponential(lanes x) {
  // Beyond these the result is 0 and infinity. A NaN passes through.
  x = choose(x < splat(-105), splat(-105), x);
  x = choose(x > splat(90), splat(90), x);
  // To add 1.5 · 2²³ rounds to whole numbers, and leaves them in the lowest bits.
  lanes shifted = FMA(x, splat(0x1.715476p+0f), splat(0x1.8p23f));
  lanes n = shifted - splat(0x1.8p23f);
  lanes_i power = (lanes_i)shifted - (lanes_i)splat(0x1.8p23f);
  // log 2 in two parts, the first with so few digits that its products are exact.
  lanes r = FMA(n, splat(-0x1.62e4p-1f), x);
  r = FMA(n, splat(-0x1.7f7d1cp-20f), r);
  lanes p = splat(1.9875691500e-4f);
  p = FMA(p, r, splat(1.3981999507e-3f));
  p = FMA(p, r, splat(8.3334519073e-3f));
  p = FMA(p, r, splat(4.1665795894e-2f));
  p = FMA(p, r, splat(1.6666665459e-1f));
  p = FMA(p, r, splat(5.0000001201e-1f));
  lanes y = FMA(p, r * r, r) + splat(1);
  lanes_i half = power >> 1;
  lanes first = (lanes)((half + 127) << 23), second = (lanes)((power - half + 127) << 23);
  return y * first * second;
}

INLINE lanes sigmoid(lanes x) {
  // Of −|x|, so that nothing overflows.
  lanes z = exponential((lanes)((lanes_i)x | SIGN_BIT));
  return choose(x >= (lanes){}, splat(1), z) / (splat(1) + z);
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
