// Softmax and its kin, with the vectors that every machine has: the same bits on all of them.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang fp contract(off)
#define LANES 4
#define FUSED 0
#include "vectors.h"
#include "exponential.h"

static float largest_of(int64_t count, const float *x) {
  lanes best = splat(-INFINITY);
  int64_t i = 0;
  for (; i <= count - LANES; i += LANES) best = larger(best, load(x + i));
  for (; i < count; i++) best = larger(best, splat(x[i]));
  lanes result = splat(best[0]);
  for (int j = 1; j < LANES; j++) result = larger(result, splat(best[j]));
  return result[0];
}

// Sums e^(x − largest) and leaves these where they are asked for.
static double sum_of_exponentials(int64_t count, const float *x, float largest, float *powers) {
  lanes_d sum = {};
  for (int64_t i = 0; i < count; i += LANES) {
    int64_t some = cl_least(LANES, count - i);
    lanes v = some == LANES ? load(x + i) : load_some(x + i, some);
    lanes power = exponential(v - splat(largest));
    for (int64_t j = some; j < LANES; j++) power[j] = 0;
    if (powers && some == LANES) store(powers + i, power);
    else if (powers) store_some(powers + i, power, some);
    sum += __builtin_convertvector(power, lanes_d);
  }
  return sum[0] + sum[1] + sum[2] + sum[3];
}

static void softmax(int64_t count, const float *x, float *result) {
  float sum = (float)sum_of_exponentials(count, x, largest_of(count, x), result);
  for (int64_t i = 0; i < count; i++) result[i] /= sum;
}

static void log_softmax(int64_t count, const float *x, float *result) {
  float largest = largest_of(count, x);
  double shift = (double)largest + log(sum_of_exponentials(count, x, largest, NULL));
  for (int64_t i = 0; i < count; i++) result[i] = (float)((double)x[i] - shift);
}

static int descending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x < y) - (x > y);
}

// As Keras 3 computes it: the threshold is taken from the sum of all sums of the largest values, where Martins
// and Astudillo (2016) take the last of these sums. A model was trained with Keras's.
static void sparsemax(int64_t count, const float *x, float *result) {
  memcpy(result, x, (size_t)count * sizeof *x);
  qsort(result, (size_t)count, sizeof *result, descending);
  double sum = 0, sums = 0, kept = 0;
  for (int64_t k = 1; k <= count; k++) {
    sum += (double)result[k - 1];
    if (!((double)result[k - 1] - (sum - 1) / (double)k > 0)) continue;
    sums += sum;
    kept += 1;
  }
  double threshold = (sums - 1) / kept;
  for (int64_t i = 0; i < count; i++) {
    double above = (double)x[i] - threshold;
    result[i] = above < 0 ? 0 : (float)above;
  }
}

typedef struct {
  cl_softmax_kind kind;
  int64_t outer, inner, rest;
  const float *source;
  float *result;
} softmax_call;

static void apply(cl_softmax_kind kind, int64_t count, const float *x, float *result) {
  switch (kind) {
    case CL_SOFTMAX: softmax(count, x, result); break;
    case CL_LOG_SOFTMAX: log_softmax(count, x, result); break;
    case CL_SPARSEMAX: sparsemax(count, x, result); break;
  }
}

static void softmax_pieces(cl_work *work) {
  const softmax_call *c = work->call;
  float *column = c->rest > 1 ? cl_scratch(2 * c->inner) : NULL;
  for (int64_t piece; cl_take(work, &piece);) {
    int64_t start = piece * c->inner * c->rest;
    if (c->rest == 1) {
      apply(c->kind, c->inner, c->source + start, c->result + start);
      continue;
    }
    float *values = column + c->inner;
    for (int64_t r = 0; r < c->rest; r++) {
      for (int64_t i = 0; i < c->inner; i++) column[i] = c->source[start + i * c->rest + r];
      apply(c->kind, c->inner, column, values);
      for (int64_t i = 0; i < c->inner; i++) c->result[start + i * c->rest + r] = values[i];
    }
  }
  free(column);
}

void cl_softmax(cl_softmax_kind kind, int threads, int64_t outer, int64_t inner, int64_t rest,
                const float *source, float *result) {
  if (inner == 0 || rest == 0) return;
  softmax_call c = {kind, outer, inner, rest, source, result};
  // An exponential is worth some ten operations.
  cl_share_out(&c, softmax_pieces, outer, 10 * outer * inner * rest, threads);
}
