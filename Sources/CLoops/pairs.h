// Functions of two numbers.

// What NumPy calls remainder and floor_divide: of the divisor's sign, and such that both agree.
static float remainder_of(float x, float y) {
  float r = fmodf(x, y);
  if (r == 0) return copysignf(0, y);
  return (y < 0) != (r < 0) ? r + y : r;
}

static float floor_quotient(float x, float y) {
  if (y == 0) return x / y;
  float r = fmodf(x, y), quotient = (x - r) / y;
  if (r != 0 && (y < 0) != (r < 0)) quotient -= 1;
  if (quotient == 0) return copysignf(0, x / y);
  float whole = floorf(quotient);
  return quotient - whole > 0.5f ? whole + 1 : whole;
}

INLINE lanes each_pair(float (*function)(float, float), lanes x, lanes y) {
  lanes z;
  UNROLLED
  for (int i = 0; i < LANES; i++) z[i] = function(x[i], y[i]);
  return z;
}

INLINE lanes truth(lanes_i which) { return choose(which, splat(1), splat(0)); }

// What each function makes of the vectors `x` and `y`.
#define ARITHMETIC(F)                                                                              \
  F(CL_ADD, x + y)                                                                                 \
  F(CL_SUBTRACT, x - y)                                                                            \
  F(CL_MULTIPLY, x * y)                                                                            \
  F(CL_DIVIDE, x / y)                                                                              \
  F(CL_MAXIMUM, larger(x, y))                                                                      \
  F(CL_MINIMUM, smaller(x, y))                                                                     \
  F(CL_POWER, each_pair(powf, x, y))                                                               \
  F(CL_FLOOR_DIVIDE, each_pair(floor_quotient, x, y))                                              \
  F(CL_REMAINDER, each_pair(remainder_of, x, y))                                                   \
  F(CL_GREATER, truth(x > y))                                                                      \
  F(CL_GREATER_EQUAL, truth(x >= y))                                                               \
  F(CL_LESS, truth(x < y))                                                                         \
  F(CL_LESS_EQUAL, truth(x <= y))                                                                  \
  F(CL_EQUAL, truth(x == y))                                                                       \
  F(CL_NOT_EQUAL, truth(x != y))

// Up to LANES values that lie `stride` apart.
INLINE lanes load_strided(const float *from, int64_t stride, int64_t count) {
  if (stride == 0) return splat(*from);
  if (stride == 1) return count < LANES ? load_some(from, count) : load(from);
  lanes x = {};
  for (int64_t i = 0; i < cl_least(count, LANES); i++) x[i] = from[i * stride];
  return x;
}

typedef void zip_kernel(int64_t count, const float *a, int64_t a_stride, const float *b,
                        int64_t b_stride, float *result);
#define ZIP(name, ...)                                                                             \
  static void zip_##name(int64_t count, const float *a, int64_t a_stride, const float *b,          \
                         int64_t b_stride, float *result) {                                        \
    for (int64_t i = 0; i < count; i += LANES) {                                                   \
      lanes x = load_strided(a + i * a_stride, a_stride, count - i);                               \
      lanes y = load_strided(b + i * b_stride, b_stride, count - i);                               \
      lanes z = __VA_ARGS__;                                                                       \
      if (count - i >= LANES) store(result + i, z);                                                \
      else store_some(result + i, z, count - i);                                                   \
    }                                                                                              \
  }
ARITHMETIC(ZIP)

// Rows of `a`, each with the same row of `b`; a row is a whole number of vectors.
typedef void zip_rows_kernel(int64_t rows, int64_t count, const float *a, const float *b,
                             float *result);
#define ZIP_ROWS(name, ...)                                                                        \
  static void zip_rows_##name(int64_t rows, int64_t count, const float *a, const float *b,         \
                              float *result) {                                                     \
    for (; rows > 0; rows--, a += count, result += count)                                          \
      for (int64_t i = 0; i < count; i += LANES) {                                                 \
        lanes x = load(a + i), y = load(b + i), z = __VA_ARGS__;                                   \
        store(result + i, z);                                                                      \
      }                                                                                            \
  }
ARITHMETIC(ZIP_ROWS)

static void zip_rows(cl_arithmetic arithmetic, int64_t rows, int64_t count, const float *a,
                     const float *b, float *result) {
#define ZIPPED_ROWS(name, ...) [name] = zip_rows_##name,
  static zip_rows_kernel *const kernels[] = {ARITHMETIC(ZIPPED_ROWS)};
  kernels[arithmetic](rows, count, a, b, result);
}

static void zip(cl_arithmetic arithmetic, int64_t count, const float *a, int64_t a_stride,
                const float *b, int64_t b_stride, float *result) {
#define ZIPPED(name, ...) [name] = zip_##name,
  static zip_kernel *const kernels[] = {ARITHMETIC(ZIPPED)};
  kernels[arithmetic](count, a, a_stride, b, b_stride, result);
}
