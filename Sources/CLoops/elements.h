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

// relu6(x + 3) / 6
INLINE lanes hard_sigmoid(lanes x) {
  return clipped(x + splat(3), (lanes){}, splat(6)) * splat(1.0f / 6);
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

// What each function makes of the vector `x` with the parameters `p`.
#define FUNCTIONS(F)                                                                               \
  F(CL_AFFINE, FMA(x, splat(p[0]), splat(p[1])))                                                   \
  F(CL_RELU, relu(x, p))                                                                           \
  F(CL_CLIP, clipped(x, splat(p[0]), splat(p[1])))                                                 \
  F(CL_SIGMOID, sigmoid(x))                                                                        \
  F(CL_TANH, hyperbolic_tangent(x))                                                                \
  F(CL_EXP, exponential(x))                                                                        \
  F(CL_LOG, logarithm(x))                                                                          \
  F(CL_SQRT, __builtin_elementwise_sqrt(x))                                                        \
  F(CL_RSQRT, splat(1) / __builtin_elementwise_sqrt(x))                                            \
  F(CL_SQUARE, x * x)                                                                              \
  F(CL_ABS, magnitude(x))                                                                          \
  F(CL_NEGATIVE, -x)                                                                               \
  F(CL_RECIPROCAL, splat(1) / x)                                                                   \
  F(CL_FLOOR, rounded_down(x))                                                                     \
  F(CL_CEIL, rounded_up(x))                                                                        \
  F(CL_ROUND, rounded(x))                                                                          \
  F(CL_SIGN, signum(x))                                                                            \
  F(CL_LOG1P, logarithm_of_one_more(x))                                                            \
  F(CL_EXPM1, choose(x > splat(60), exponential(x), exponential_less_one(x)))                      \
  F(CL_ERF, error_function(x))                                                                     \
  F(CL_SIN, each(sinf, x))                                                                         \
  F(CL_COS, each(cosf, x))                                                                         \
  F(CL_SILU, x * sigmoid(x))                                                                       \
  F(CL_HARD_SIGMOID, hard_sigmoid(x))                                                              \
  F(CL_HARD_SILU, x * hard_sigmoid(x))                                                             \
  F(CL_GELU, GELU(x))                                                                              \
  F(CL_GELU_TANH, GELU_TANH(x))                                                                    \
  F(CL_ELU, elu(x, splat(p[0]), splat(1)))                                                         \
  F(CL_CELU, elu(x, splat(p[0]), splat(p[0])))                                                     \
  F(CL_SELU, splat(1.05070099f) * elu(x, splat(1.67326324f), splat(1)))                            \
  F(CL_SOFTPLUS, softplus(x))                                                                      \
  F(CL_SOFTSIGN, x / (splat(1) + magnitude(x)))                                                    \
  F(CL_MISH, mish(x))                                                                              \
  F(CL_SQUAREPLUS, squareplus(x, splat(p[0])))                                                     \
  F(CL_HARD_SHRINK, choose(magnitude(x) <= splat(p[0]), splat(0), x))                              \
  F(CL_SOFT_SHRINK, soft_shrink(x, splat(p[0])))                                                   \
  F(CL_TANH_SHRINK, x - hyperbolic_tangent(x))                                                     \
  F(CL_THRESHOLD, choose(x <= splat(p[0]), splat(p[1]), x))                                        \
  F(CL_SPARSE_PLUS, sparse_plus(x))                                                                \
  F(CL_LOG_SIGMOID, -softplus(-x))

// A loop for each function, and not one around all of them: without optimisation that one's variables
// would not fit onto the stack of a thread.
typedef void map_kernel(const float *restrict p, int64_t count, const float *source, float *result);
#define MAP(name, ...)                                                                             \
  static void map_##name(const float *restrict p, int64_t count, const float *source,              \
                         float *result) {                                                          \
    (void)p;                                                                                       \
    int64_t i = 0;                                                                                 \
    for (; count - i >= LANES; i += LANES) {                                                       \
      lanes x = load(source + i);                                                                  \
      store(result + i, __VA_ARGS__);                                                              \
    }                                                                                              \
    if (i == count) return;                                                                        \
    lanes x = load_some(source + i, count - i);                                                    \
    store_some(result + i, __VA_ARGS__, count - i);                                                \
  }
FUNCTIONS(MAP)

static void map(cl_function function, const float *p, int64_t count, const float *source,
                float *result) {
#define MAPPED(name, ...) [name] = map_##name,
  static map_kernel *const kernels[] = {FUNCTIONS(MAPPED)};
  kernels[function](p, count, source, result);
}
