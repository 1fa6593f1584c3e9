// Normalisation by the moments of the values themselves, in double precision.
#include <math.h>

#include "internal.h"

#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang fp contract(off)
#define LANES 4
#define FUSED 0
#include "vectors.h"

// The sum of (x − centre) or of its squares: a lane has its share, and lanes come together in order.
INLINE double sum_of(bool squares, int64_t count, const float *x, double centre) {
  lanes_d sum = {};
  for (int64_t i = 0; i < count; i += LANES) {
    int64_t some = cl_least(LANES, count - i);
    lanes v = some == LANES ? load(x + i) : load_some(x + i, some);
    lanes_d difference = __builtin_convertvector(v, lanes_d) - centre;
    for (int64_t j = some; j < LANES; j++) difference[j] = 0;
    sum += squares ? difference * difference : difference;
  }
  return sum[0] + sum[1] + sum[2] + sum[3];
}

typedef struct {
  bool centered;
  double epsilon;
  int64_t inner;
  const float *source;
  float *result;
} normalize_call;

static void normalize_pieces(cl_work *work) {
  const normalize_call *c = work->call;
  double count = (double)c->inner;
  for (int64_t piece; cl_take(work, &piece);) {
    const float *x = c->source + piece * c->inner;
    float *y = c->result + piece * c->inner;
    double mean = c->centered ? sum_of(false, c->inner, x, 0) / count : 0;
    double scale = 1 / sqrt(sum_of(true, c->inner, x, mean) / count + c->epsilon);
    for (int64_t i = 0; i < c->inner; i++) y[i] = (float)(((double)x[i] - mean) * scale);
  }
}

void cl_normalize(bool centered, float epsilon, int threads, int64_t outer, int64_t inner,
                  const float *source, float *result) {
  normalize_call c = {centered, epsilon, inner, source, result};
  cl_share_out(&c, normalize_pieces, outer, 4 * outer * inner, threads);
}
