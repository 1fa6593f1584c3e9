#include <stdatomic.h>
#include <stdlib.h>

#include "internal.h"

bool cw_supported(cw_instructions instructions) {
#if defined(__x86_64__)
  switch (instructions) {
    case CW_PORTABLE: return true;
    case CW_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case CW_AVX512: return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma");
  }
#endif
  return instructions == CW_PORTABLE;
}

int cw_lanes(cw_instructions instructions) { return instructions == CW_AVX512 ? 16 : 8; }

static int up(int value, int divisor) { return (value + divisor - 1) / divisor; }

// None of this changes what is computed, only by whom and when.
static cw_division divide(const cw_convolution *c, int lanes, int threads) {
  cw_division d = {.across = up(c->out_width, CW_TILE), .pairs = up(c->outputs / lanes, 2)};
  d.tiles = c->batch * d.across * up(c->out_height, CW_TILE);
  // Few tiles stay in the second cache. Many share the way of a kernel that does not fit there:
  // 36 · 256 · 256 values are 9 MB.
  int most = c->inputs < 256 ? 14 : 32;
  d.groups = up(d.tiles, most);
  // Where there are fewer groups than threads can share fairly, each is shared out by its outputs,
  // and every thread transforms its inputs anew, which is little beside the products.
  d.parts = 1;
  if (threads > 1 && d.groups < 4 * threads) d.parts = d.pairs < threads ? d.pairs : threads;
  d.largest = up(d.tiles, d.groups);
  // One block more than needed between the points keeps them from the same lines of the cache.
  size_t inputs = (size_t)d.largest * c->inputs + lanes;
  size_t outputs = (size_t)d.largest * 2 * lanes + lanes;
  d.scratch_count = CW_POINTS * (inputs + outputs);
  return d;
}

size_t cw_scratch_bytes(const cw_convolution *c, cw_instructions instructions, int threads) {
  cw_division d = divide(c, cw_lanes(instructions), threads);
  return d.scratch_count * sizeof(float) * (size_t)threads;
}

typedef struct {
  cw_call call;
  cw_kernel *kernel;
  float *scratch;
  int pieces;
  atomic_int next_thread, next_piece;
} shared_work;

static void take_pieces(void *argument) {
  shared_work *work = argument;
  const cw_division *d = work->call.division;
  size_t thread = (size_t)atomic_fetch_add(&work->next_thread, 1);
  float *scratch = work->scratch + d->scratch_count * thread;
  for (;;) {
    int piece = atomic_fetch_add(&work->next_piece, 1);
    if (piece >= work->pieces) return;
    work->kernel(&work->call, piece / d->parts, piece % d->parts, scratch);
  }
}

static cw_kernel *kernel_of(cw_instructions instructions) {
#if defined(__x86_64__)
  if (instructions == CW_AVX512) return cw_piece_avx512;
  if (instructions == CW_AVX2) return cw_piece_avx2;
#endif
  (void)instructions;
  return cw_piece_portable;
}

void cw_convolve(const cw_convolution *c, cw_instructions instructions, int threads,
                 const void *source, const float *transformed, const float *bias,
                 void *destination, void *scratch) {
  cw_division d = divide(c, cw_lanes(instructions), threads);
  shared_work work = {
      // Which asks for more of a processor than the products do.
      .call = {c, &d, cl_best((cl_instructions)instructions), source, transformed, bias, destination},
      .kernel = kernel_of(instructions),
      .scratch = scratch,
      .pieces = d.groups * d.parts,
  };
  cl_run_on(work.pieces > 1 ? threads : 1, take_pieces, &work);
}
