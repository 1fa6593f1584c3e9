// Weighted sums along an axis.
#include "internal.h"

#pragma clang fp contract(off)

typedef struct {
  int64_t length, places, rest, taps, block, blocks;
  const int32_t *indices;
  const float *weights, *source;
  float *result;
} resample_call;

static void resample_place(const resample_call *c, const int32_t *indices, const float *weights,
                           const float *source, float *restrict result) {
  // Neighbours that stay in the first cache while the taps are added to them.
  enum { NEIGHBOURS = 1 << 10 };
  for (int64_t begin = 0; begin < c->rest; begin += NEIGHBOURS) {
    int64_t count = cl_least(NEIGHBOURS, c->rest - begin);
    float *restrict to = result + begin;
    for (int64_t i = 0; i < count; i++) to[i] = 0;
    for (int64_t k = 0; k < c->taps; k++) {
      const float *restrict from = source + indices[k] * c->rest + begin;
      for (int64_t i = 0; i < count; i++) to[i] += weights[k] * from[i];
    }
  }
}

static void resample_pieces(cl_work *work) {
  const resample_call *c = work->call;
  for (int64_t piece; cl_take(work, &piece);) {
    int64_t outer = piece / c->blocks, first = piece % c->blocks * c->block;
    int64_t end = cl_least(c->places, first + c->block);
    for (int64_t place = first; place < end; place++)
      resample_place(c, c->indices + place * c->taps, c->weights + place * c->taps,
                     c->source + outer * c->length * c->rest,
                     c->result + (outer * c->places + place) * c->rest);
  }
}

void cl_resample(int threads, int64_t outer, int64_t length, int64_t places, int64_t rest,
                 int64_t taps, const int32_t *indices, const float *weights, const float *source,
                 float *result) {
  enum { VALUES_A_PIECE = 1 << 12 };
  int64_t values = cl_most(1, cl_least(VALUES_A_PIECE, rest * taps));
  int64_t block = VALUES_A_PIECE / values;
  resample_call c = {length,  places,  rest,   taps,  block, cl_parts(places, block),
                     indices, weights, source, result};
  cl_share_out(&c, resample_pieces, outer * c.blocks, outer * places * rest * taps, threads);
}
