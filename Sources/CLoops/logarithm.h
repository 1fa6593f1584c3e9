// Logarithms in vectors, within 2 units of the last place.

// Cephes's polynomial for √½ ≤ m < √2, where x = 2ⁿ · m.
INLINE lanes logarithm(lanes x) {
  lanes_i is_small = x < splat(0x1p-126f);
  lanes scaled = choose(is_small, x * splat(0x1p23f), x);
  // Exponents count from √½: its bits are taken off before the exponent is, and added to the rest.
  lanes_i root = (lanes_i)splat(0.70710678f), bits = (lanes_i)scaled - root;
  lanes n = __builtin_convertvector((bits >> 23) - (is_small & 23), lanes);
  lanes m = (lanes)((bits & 0x7fffff) + root), f = m - splat(1), square = f * f;
  lanes p = splat(7.0376836292e-2f);
  p = FMA(p, f, splat(-1.1514610310e-1f));
  p = FMA(p, f, splat(1.1676998740e-1f));
  p = FMA(p, f, splat(-1.2420140846e-1f));
  p = FMA(p, f, splat(1.4249322787e-1f));
  p = FMA(p, f, splat(-1.6668057665e-1f));
  p = FMA(p, f, splat(2.0000714765e-1f));
  p = FMA(p, f, splat(-2.4999993993e-1f));
  p = FMA(p, f, splat(3.3333331174e-1f));
  lanes y = FMA(n, splat(-2.12194440e-4f), p * f * square);
  y = FMA(square, splat(-0.5f), y) + f;
  lanes result = FMA(n, splat(0.693359375f), y);
  result = choose(x > splat(0x1.fffffep127f), x, result);
  result = choose(x == (lanes){}, splat(-INFINITY), result);
  return choose((x < (lanes){}) | (x != x), splat(NAN), result);
}

// log(1 + x): what the sum loses is added to its logarithm.
INLINE lanes logarithm_of_one_more(lanes x) {
  lanes sum = splat(1) + x, lost = (x - (sum - splat(1))) / sum, result = logarithm(sum) + lost;
  lanes_i no_loss = (sum == (lanes){}) | (sum > splat(0x1.fffffep127f));
  return choose(no_loss, logarithm(sum), result);
}
