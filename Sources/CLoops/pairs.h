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

INLINE lanes combined(cl_arithmetic arithmetic, lanes x, lanes y) {
  lanes one = splat(1), zero = {};
  switch (arithmetic) {
    case CL_ADD: return x + y;
    case CL_SUBTRACT: return x - y;
    case CL_MULTIPLY: return x * y;
    case CL_DIVIDE: return x / y;
    case CL_MAXIMUM: return larger(x, y);
    case CL_MINIMUM: return smaller(x, y);
    case CL_POWER: return each_pair(powf, x, y);
    case CL_FLOOR_DIVIDE: return each_pair(floor_quotient, x, y);
    case CL_REMAINDER: return each_pair(remainder_of, x, y);
    case CL_GREATER: return choose(x > y, one, zero);
    case CL_GREATER_EQUAL: return choose(x >= y, one, zero);
    case CL_LESS: return choose(x < y, one, zero);
    case CL_LESS_EQUAL: return choose(x <= y, one, zero);
    case CL_EQUAL: return choose(x == y, one, zero);
    case CL_NOT_EQUAL: return choose(x != y, one, zero);
  }
  return x;
}

// A vector from values that lie `stride` apart; strides of 1 and 0 are constants where they matter.
INLINE lanes load_strided(const float *from, int64_t stride) {
  if (stride == 1) return load(from);
  if (stride == 0) return splat(*from);
  return load_apart(from, stride);
}

INLINE void zip_run(cl_arithmetic arithmetic, int64_t count, const float *a, int64_t a_stride,
                    const float *b, int64_t b_stride, float *result) {
  int64_t i = 0;
  for (; i <= count - LANES; i += LANES)
    store(result + i, combined(arithmetic, load_strided(a + i * a_stride, a_stride),
                               load_strided(b + i * b_stride, b_stride)));
  if (i == count) return;
  lanes x = {}, y = {};
  for (int64_t j = 0; j < count - i; j++) {
    x[j] = a[(i + j) * a_stride];
    y[j] = b[(i + j) * b_stride];
  }
  store_some(result + i, combined(arithmetic, x, y), count - i);
}

INLINE void zip_all(cl_arithmetic arithmetic, int64_t count, const float *a, int64_t a_stride,
                    const float *b, int64_t b_stride, float *result) {
  if (a_stride == 1 && b_stride == 1) zip_run(arithmetic, count, a, 1, b, 1, result);
  else if (a_stride == 1 && b_stride == 0) zip_run(arithmetic, count, a, 1, b, 0, result);
  else if (a_stride == 0 && b_stride == 1) zip_run(arithmetic, count, a, 0, b, 1, result);
  else zip_run(arithmetic, count, a, a_stride, b, b_stride, result);
}

static void zip(cl_arithmetic arithmetic, int64_t count, const float *a, int64_t a_stride,
                const float *b, int64_t b_stride, float *result) {
  switch (arithmetic) {
#define CASE(name) \
  case name: zip_all(name, count, a, a_stride, b, b_stride, result); break;
    CASE(CL_ADD) CASE(CL_SUBTRACT) CASE(CL_MULTIPLY) CASE(CL_DIVIDE) CASE(CL_MAXIMUM)
    CASE(CL_MINIMUM) CASE(CL_POWER) CASE(CL_FLOOR_DIVIDE) CASE(CL_REMAINDER) CASE(CL_GREATER)
    CASE(CL_GREATER_EQUAL) CASE(CL_LESS) CASE(CL_LESS_EQUAL) CASE(CL_EQUAL) CASE(CL_NOT_EQUAL)
#undef CASE
  }
}
