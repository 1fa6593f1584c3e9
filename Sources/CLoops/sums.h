// Reductions. Sums and products run in double precision, in which a square of a float is exact.

INLINE lanes_d widened(lanes x) { return __builtin_convertvector(x, lanes_d); }

INLINE bool is_extreme(cl_reduction reduction) {
  return reduction == CL_LARGEST || reduction == CL_LEAST;
}

INLINE lanes extreme(cl_reduction reduction, lanes x, lanes y) {
  return reduction == CL_LARGEST ? larger(x, y) : smaller(x, y);
}

INLINE lanes_d gathered(cl_reduction reduction, lanes_d sum, lanes_d x) {
  if (reduction == CL_PRODUCT) return sum * x;
  return sum + (reduction == CL_SQUARED_SUM ? x * x : x);
}

INLINE float extreme_start(cl_reduction reduction) {
  return reduction == CL_LARGEST ? -INFINITY : INFINITY;
}

INLINE double sum_start(cl_reduction reduction) { return reduction == CL_PRODUCT ? 1 : 0; }

// Of `inner` vectors that lie `rest` apart.
INLINE lanes reduced_column(cl_reduction reduction, int64_t inner, int64_t rest, int64_t count,
                            const float *source) {
  lanes best = splat(extreme_start(reduction));
  lanes_d sum = (lanes_d){} + sum_start(reduction);
  for (int64_t i = 0; i < inner; i++, source += rest) {
    lanes x = count < LANES ? load_some(source, count) : load(source);
    if (is_extreme(reduction)) best = extreme(reduction, best, x);
    else sum = gathered(reduction, sum, widened(x));
  }
  if (is_extreme(reduction)) return best;
  if (reduction == CL_MEAN) sum /= (lanes_d){} + (double)inner;
  return __builtin_convertvector(sum, lanes);
}

// Of a run of values: each lane has its share of them, and lanes come together in their order.
INLINE float reduced_run(cl_reduction reduction, int64_t inner, const float *source) {
  lanes best = splat(extreme_start(reduction));
  lanes_d sum = (lanes_d){} + sum_start(reduction);
  int64_t i = 0;
  for (; i <= inner - LANES; i += LANES) {
    lanes x = load(source + i);
    if (is_extreme(reduction)) best = extreme(reduction, best, x);
    else sum = gathered(reduction, sum, widened(x));
  }
  lanes last = best;
  double total = sum_start(reduction);
  for (int j = 0; i + j < inner; j++) last[j] = source[i + j];
  best = extreme(reduction, best, last);
  lanes_d rest = (lanes_d){} + sum_start(reduction);
  for (int j = 0; i + j < inner; j++) rest[j] = source[i + j];
  sum = gathered(reduction, sum, rest);
  lanes result = splat(extreme_start(reduction));
  for (int j = 0; j < LANES; j++) {
    result = extreme(reduction, result, splat(best[j]));
    total = reduction == CL_PRODUCT ? total * sum[j] : total + sum[j];
  }
  if (is_extreme(reduction)) return result[0];
  return (float)(reduction == CL_MEAN ? total / (double)inner : total);
}

INLINE void reduce_all(cl_reduction reduction, int64_t inner, int64_t rest, int64_t count,
                       const float *source, float *result) {
  if (rest == 1) {
    *result = reduced_run(reduction, inner, source);
    return;
  }
  int64_t i = 0;
  for (; i <= count - LANES; i += LANES)
    store(result + i, reduced_column(reduction, inner, rest, LANES, source + i));
  if (i < count)
    store_some(result + i, reduced_column(reduction, inner, rest, count - i, source + i),
               count - i);
}

typedef void reduce_kernel(int64_t inner, int64_t rest, int64_t count, const float *source,
                           float *result);
#define REDUCTIONS(F)                                                                              \
  F(CL_SUM) F(CL_MEAN) F(CL_LARGEST) F(CL_LEAST) F(CL_PRODUCT) F(CL_SQUARED_SUM)
#define REDUCE(name)                                                                               \
  static void reduce_##name(int64_t inner, int64_t rest, int64_t count, const float *source,       \
                            float *result) {                                                       \
    reduce_all(name, inner, rest, count, source, result);                                          \
  }
REDUCTIONS(REDUCE)

static void reduce(cl_reduction reduction, int64_t inner, int64_t rest, int64_t count,
                   const float *source, float *result) {
#define REDUCED(name) [name] = reduce_##name,
  static reduce_kernel *const kernels[] = {REDUCTIONS(REDUCED)};
  kernels[reduction](inner, rest, count, source, result);
}
