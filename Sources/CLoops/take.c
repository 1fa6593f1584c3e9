// Places along an axis, as numbers tell them.
#include <math.h>
#include <string.h>

#include "internal.h"

typedef struct {
  const cl_taking *taking;
  int64_t block, blocks;
  const float *source, *indices;
  float *result;
} take_call;

// The place that a number means, counted from the end where it is negative; −1 for none.
static int64_t place_of(float index, int64_t length) {
  float whole = truncf(index);
  if (!(whole >= -(float)length && whole < (float)length)) return -1;
  int64_t place = (int64_t)whole;
  return place < 0 ? place + length : place < length ? place : -1;
}

static void take_pieces(cl_work *work) {
  const take_call *c = work->call;
  const cl_taking *t = c->taking;
  for (int64_t piece; cl_take(work, &piece);) {
    int64_t outer = piece / c->blocks, first = piece % c->blocks * c->block;
    int64_t end = cl_least(t->places, first + c->block), image = outer / t->outer;
    const float *source = c->source + image * t->source_batch + outer % t->outer * t->length * t->rest;
    const float *indices = c->indices + image * t->indices_batch;
    float *result = c->result + (outer * t->places + first) * t->rest;
    for (int64_t i = first; i < end; i++, result += t->rest) {
      int64_t place = place_of(indices[i], t->length);
      if (place >= 0) {
        memcpy(result, source + place * t->rest, (size_t)t->rest * sizeof *result);
      } else {
        for (int64_t k = 0; k < t->rest; k++) result[k] = NAN;
      }
    }
  }
}

void cl_take_places(const cl_taking *taking, int threads, const float *source,
                    const float *indices, float *result) {
  enum { VALUES_A_PIECE = 1 << 12 };
  int64_t block = cl_most(1, VALUES_A_PIECE / cl_most(1, taking->rest));
  take_call c = {taking, block, cl_parts(taking->places, block), source, indices, result};
  int64_t lines = taking->batch * taking->outer;
  cl_share_out(&c, take_pieces, lines * c.blocks, lines * taking->places * taking->rest, threads);
}
