// Functions of single numbers.

INLINE lanes rounded(lanes x) {
  // To add 2²³ leaves no digits behind the point; larger numbers have none.
  lanes a = magnitude(x), r = (a + splat(0x1p23f)) - splat(0x1p23f);
  return with_sign_of(choose(a < splat(0x1p23f), r, a), x);
}

INLINE lanes rounded_down(lanes x) {
  lanes r = rounded(x);
  return with_sign_of(choose(r > x, r - splat(1), r), x);
}

INLINE lanes rounded_up(lanes x) {
  lanes r = rounded(x);
  return with_sign_of(choose(r < x, r + splat(1), r), x);
}

INLINE lanes clipped(lanes x, lanes least, lanes largest) {
  x = choose(x < least, least, x);
  return choose(x > largest, largest, x);
}

// relu6(x + 3) / 6
INLINE lanes hard_sigmoid(lanes x) {
  return clipped(x + splat(3), (lanes){}, splat(6)) / splat(6);
}

INLINE lanes relu(lanes x, const float *p) {
  lanes slope = splat(p[0]), largest = splat(p[1]), threshold = splat(p[2]);
  // Not 0 · x, which is no number for the infinite.
  lanes below = p[0] == 0 ? choose(x != x, x, (lanes){}) : slope * (x - threshold);
  return choose(x >= largest, largest, choose(x >= threshold, x, below));
}

// log(1 + eˣ), where the exponential is of −|x|.
INLINE lanes softplus(lanes x) {
  lanes z = exponential((lanes)((lanes_i)x | SIGN_BIT));
  return choose(x > (lanes){}, x, choose(x != x, x, (lanes){})) + logarithm_of_one_more(z);
}

// x · tanh(log(1 + eˣ)): with e = eˣ that is x · n / (n + 2), n = e(e + 2).
INLINE lanes mish(lanes x) {
  lanes e = exponential(choose(x > splat(20), splat(20), x)), n = e * (e + splat(2));
  return choose(x > splat(20), x, x * (n / (n + splat(2))));
}

INLINE lanes gelu_tanh(lanes x) {
  lanes inner = splat(0.7978845608f) * (x + splat(0.044715f) * x * x * x);
  return splat(0.5f) * x * (splat(1) + hyperbolic_tangent(inner));
}

INLINE lanes signum(lanes x) {
  lanes ones = choose(x < (lanes){}, splat(-1), x);
  return choose(x > (lanes){}, splat(1), ones);
}

INLINE lanes soft_shrink(lanes x, lanes t) {
  lanes beyond = choose(x < -t, x + t, choose(x != x, x, (lanes){}));
  return choose(x > t, x - t, beyond);
}

INLINE lanes sparse_plus(lanes x) {
  lanes one = splat(1), middle = splat(0.25f) * (x + one) * (x + one);
  return choose(x <= -one, (lanes){}, choose(x < one, middle, x));
}

// (x + √(x² + b)) / 2, for negative x as b / 2(√(x² + b) − x), which takes no difference.
INLINE lanes squareplus(lanes x, lanes b) {
  lanes a = magnitude(x), root = __builtin_elementwise_sqrt(FMA(a, a, b));
  // Squares of these are infinite, or b is too small for them.
  lanes twice = a + choose(a > splat(0x1p62f), a, root);
  return choose(x < (lanes){}, b / (twice + twice), twice * splat(0.5f));
}

// α(e^(x/β) − 1) for x ≤ 0, else x.
INLINE lanes elu(lanes x, lanes alpha, lanes beta) {
  lanes below = exponential_less_one(choose(x > (lanes){}, (lanes){}, x / beta));
  return choose(x > (lanes){}, x, alpha * below);
}

INLINE lanes applied(cl_function function, const float *p, lanes x) {
  lanes zero = {}, one = splat(1);
  switch (function) {
    case CL_AFFINE: return FMA(x, splat(p[0]), splat(p[1]));
    case CL_RELU: return relu(x, p);
    case CL_CLIP: return clipped(x, splat(p[0]), splat(p[1]));
    case CL_SIGMOID: return sigmoid(x);
    case CL_TANH: return hyperbolic_tangent(x);
    case CL_EXP: return exponential(x);
    case CL_LOG: return logarithm(x);
    case CL_SQRT: return __builtin_elementwise_sqrt(x);
    case CL_RSQRT: return one / __builtin_elementwise_sqrt(x);
    case CL_SQUARE: return x * x;
    case CL_ABS: return magnitude(x);
    case CL_NEGATIVE: return -x;
    case CL_RECIPROCAL: return one / x;
    case CL_FLOOR: return rounded_down(x);
    case CL_CEIL: return rounded_up(x);
    case CL_ROUND: return rounded(x);
    case CL_SIGN: return signum(x);
    case CL_LOG1P: return logarithm_of_one_more(x);
    case CL_EXPM1: return choose(x > splat(60), exponential(x), exponential_less_one(x));
    case CL_ERF: return error_function(x);
    case CL_SIN: return each(sinf, x);
    case CL_COS: return each(cosf, x);
    case CL_SILU: return x * sigmoid(x);
    case CL_HARD_SIGMOID: return hard_sigmoid(x);
    case CL_HARD_SILU: return x * hard_sigmoid(x);
    case CL_GELU: return splat(0.5f) * x * (one + error_function(x * splat(0.70710678f)));
    case CL_GELU_TANH: return gelu_tanh(x);
    case CL_ELU: return elu(x, splat(p[0]), one);
    case CL_CELU: return elu(x, splat(p[0]), splat(p[0]));
    case CL_SELU: return splat(1.05070099f) * elu(x, splat(1.67326324f), one);
    case CL_SOFTPLUS: return softplus(x);
    case CL_SOFTSIGN: return x / (one + magnitude(x));
    case CL_MISH: return mish(x);
    case CL_SQUAREPLUS: return squareplus(x, splat(p[0]));
    case CL_HARD_SHRINK: return choose(magnitude(x) <= splat(p[0]), zero, x);
    case CL_SOFT_SHRINK: return soft_shrink(x, splat(p[0]));
    case CL_TANH_SHRINK: return x - hyperbolic_tangent(x);
    case CL_THRESHOLD: return choose(x <= splat(p[0]), splat(p[1]), x);
    case CL_SPARSE_PLUS: return sparse_plus(x);
    case CL_LOG_SIGMOID: return -softplus(-x);
  }
  return x;
}

// Called with a constant, so that each function has a loop of its own.
INLINE void map_all(cl_function function, const float *p, int64_t count, const float *source,
                    float *result) {
  int64_t i = 0;
  for (; i <= count - LANES; i += LANES) store(result + i, applied(function, p, load(source + i)));
  if (i < count)
    store_some(result + i, applied(function, p, load_some(source + i, count - i)), count - i);
}

static void map(cl_function function, const float *p, int64_t count, const float *source,
                float *result) {
  switch (function) {
#define CASE(name) \
  case name: map_all(name, p, count, source, result); break;
    CASE(CL_AFFINE) CASE(CL_RELU) CASE(CL_CLIP) CASE(CL_SIGMOID) CASE(CL_TANH) CASE(CL_EXP)
    CASE(CL_LOG) CASE(CL_SQRT) CASE(CL_RSQRT) CASE(CL_SQUARE) CASE(CL_ABS) CASE(CL_NEGATIVE)
    CASE(CL_RECIPROCAL) CASE(CL_FLOOR) CASE(CL_CEIL) CASE(CL_ROUND) CASE(CL_SIGN)
    CASE(CL_LOG1P) CASE(CL_EXPM1) CASE(CL_ERF) CASE(CL_SIN) CASE(CL_COS) CASE(CL_SILU)
    CASE(CL_HARD_SIGMOID) CASE(CL_HARD_SILU) CASE(CL_GELU) CASE(CL_GELU_TANH) CASE(CL_ELU)
    CASE(CL_CELU) CASE(CL_SELU) CASE(CL_SOFTPLUS) CASE(CL_SOFTSIGN) CASE(CL_MISH)
    CASE(CL_SQUAREPLUS) CASE(CL_HARD_SHRINK) CASE(CL_SOFT_SHRINK) CASE(CL_TANH_SHRINK)
    CASE(CL_THRESHOLD) CASE(CL_SPARSE_PLUS) CASE(CL_LOG_SIGMOID)
#undef CASE
  }
}
