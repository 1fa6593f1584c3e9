// Reductions, shared out by their results.
#include "internal.h"

typedef struct {
  cl_reduction reduction;
  const cl_kernels *kernels;
  int64_t outer, inner, rest, block, blocks;
  const float *source;
  float *result;
} reduce_call;

// A piece is a block of neighbours of one place of the outer axis, or where there are no neighbours
// some places of it.
static void reduce_pieces(cl_work *work) {
  const reduce_call *c = work->call;
  for (int64_t piece; cl_take(work, &piece);) {
    if (c->rest == 1) {
      int64_t end = cl_least(c->outer, (piece + 1) * c->block);
      for (int64_t i = piece * c->block; i < end; i++)
        c->kernels->reduce(c->reduction, c->inner, 1, 1, c->source + i * c->inner, c->result + i);
      continue;
    }
    int64_t outer = piece / c->blocks, begin = piece % c->blocks * c->block;
    c->kernels->reduce(c->reduction, c->inner, c->rest, cl_least(c->block, c->rest - begin),
                       c->source + outer * c->inner * c->rest + begin,
                       c->result + outer * c->rest + begin);
  }
}

void cl_reduce(cl_reduction reduction, cl_instructions instructions, int threads, int64_t outer,
               int64_t inner, int64_t rest, const float *source, float *result) {
  // In values: of neighbours a page's, else what is worth taking a piece for.
  enum { NEIGHBOURS = 1 << 10, RUN = 1 << 12 };
  reduce_call c = {reduction, cl_kernels_of(instructions), outer, inner, rest, 1, 1, source, result};
  int64_t pieces;
  if (rest == 1) {
    c.block = cl_most(1, RUN / cl_most(1, cl_least(inner, RUN)));
    pieces = cl_parts(outer, c.block);
  } else {
    c.block = cl_most(1, cl_least(rest, NEIGHBOURS));
    c.blocks = cl_parts(rest, c.block);
    pieces = outer * c.blocks;
  }
  cl_share_out(&c, reduce_pieces, pieces, outer * inner * rest, threads);
}
