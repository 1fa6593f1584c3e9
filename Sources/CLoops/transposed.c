// Transposed convolutions, gathered: results that lie a whole number of strides apart read through the
// same taps. Each such phase of the results is a convolution of its own, without strides.
#include <stdlib.h>
#include <string.h>

#include "internal.h"

typedef struct {
  const cl_windows *windows;
  const cl_kernels *kernels;
  const float *source, *kernel, *bias;
  float *result;
  cl_gather gather;
  cl_division division;
  int64_t phase[3], rows, inner;
} phase_call;

// The taps that results of a phase read through along an axis: all that are `gap` apart.
typedef struct {
  int64_t first, gap, count;
} phase_taps;

static phase_taps taps_of(const cl_windows *w, int axis, int64_t phase) {
  // Tap k reads source (place + before − k · dilation) / stride where that is whole.
  int64_t stride = w->strides[axis], at = phase + w->before[axis];
  phase_taps taps = {0, 1, 0};
  for (int64_t k = 0, last = 0; k < w->kernel[axis]; k++) {
    if ((at - k * w->dilation[axis]) % stride != 0) continue;
    if (taps.count == 0) taps.first = k;
    else taps.gap = k - last;
    last = k;
    taps.count++;
  }
  return taps;
}

// Results of a phase are computed side by side, then put to their places.
static void scatter_rows(const phase_call *c, int64_t begin, int64_t end, const float *from) {
  const cl_windows *w = c->windows;
  const int64_t *count = c->gather.result;
  for (int64_t row = begin; row < end; row++, from += w->result_channels) {
    int64_t x = row % count[2] * w->strides[2] + c->phase[2];
    int64_t y = row / count[2] % count[1] * w->strides[1] + c->phase[1];
    int64_t z = row / count[2] / count[1] % count[0] * w->strides[0] + c->phase[0];
    int64_t image = row / count[2] / count[1] / count[0];
    int64_t place = ((image * w->result[0] + z) * w->result[1] + y) * w->result[2] + x;
    memcpy(c->result + place * w->result_channels, from,
           (size_t)w->result_channels * sizeof *from);
  }
}

static void convolve_pieces(cl_work *work) {
  const phase_call *c = work->call;
  int64_t outputs = c->windows->result_channels, tiles = c->division.tiles;
  int64_t tile_rows = cl_tile_rows(c->kernels, c->rows, tiles);
  float *rows = cl_scratch(tile_rows * c->inner), *results = cl_scratch(tile_rows * outputs);
  float *panel = cl_scratch(cl_panel_values(c->kernels, c->inner));
  for (int64_t tile; cl_take(work, &tile);) {
    int64_t begin = cl_tile_start(c->kernels, c->rows, tile, tiles);
    int64_t end = cl_tile_start(c->kernels, c->rows, tile + 1, tiles);
    cl_gather_rows(&c->gather, begin, end, 0, c->gather.channels, c->source, rows);
    cl_tile t = {
        .rows = end - begin,
        .inner = c->inner,
        .columns = outputs,
        .a = rows,
        .a_row = c->inner,
        .b = c->kernel,
        .b_row = outputs,
        .b_column = 1,
        .bias = c->bias,
        .result = results,
        .result_row = outputs,
        .panel = panel,
    };
    c->kernels->multiply(&t);
    scatter_rows(c, begin, end, results);
  }
  free(panel);
  free(results);
  free(rows);
}

// Computes a phase; `kernel` has room for its taps, which are turned to taps · inputs · outputs.
static void convolve_phase(phase_call *c, int threads, const float *kernel, float *turned) {
  const cl_windows *w = c->windows;
  int64_t inputs = w->source_channels, outputs = w->result_channels;
  cl_copy turn = {.rank = 5, .extents = {[3] = inputs, [4] = outputs}};
  turn.source[3] = turn.result[4] = 1;
  turn.source[4] = inputs;
  turn.result[3] = outputs;
  int64_t tap = inputs * outputs, turned_tap = tap;
  c->rows = w->batch;
  for (int i = 2; i >= 0; i--) {
    phase_taps taps = taps_of(w, i, c->phase[i]);
    c->gather.source[i] = w->source[i];
    c->gather.result[i] = cl_parts(w->result[i] - c->phase[i], w->strides[i]);
    c->gather.taps[i] = taps.count;
    c->gather.stride[i] = 1;
    // The division is exact, for those of the taps as for the gaps between them.
    int64_t at = c->phase[i] + w->before[i] - taps.first * w->dilation[i];
    c->gather.first[i] = taps.count > 0 ? at / w->strides[i] : 0;
    c->gather.step[i] = taps.count > 1 ? -taps.gap * w->dilation[i] / w->strides[i] : 1;
    c->rows *= c->gather.result[i];
    turn.extents[i] = taps.count;
    turn.source[i] = taps.gap * tap;
    turn.source_offset += taps.first * tap;
    turn.result[i] = turned_tap;
    tap *= w->kernel[i];
    turned_tap *= taps.count;
  }
  cl_copy_values(&turn, threads, kernel, turned);
  c->kernel = turned;
  c->inner = c->gather.taps[0] * c->gather.taps[1] * c->gather.taps[2] * inputs;
  c->division = cl_divide(c->kernels, 1, c->rows, c->inner, 1, threads);
  cl_share_out(c, convolve_pieces, c->division.tiles, c->rows * c->inner * outputs, threads);
}

void cl_convolve_transposed(const cl_windows *w, cl_instructions instructions, int threads,
                            const float *source, const float *kernel, const float *bias,
                            float *result) {
  int64_t taps = w->kernel[0] * w->kernel[1] * w->kernel[2];
  float *turned = cl_scratch(taps * w->source_channels * w->result_channels);
  phase_call c = {.windows = w,
                  .kernels = cl_kernels_of(instructions),
                  .source = source,
                  .bias = bias,
                  .result = result};
  c.gather.channels = w->source_channels;
  int64_t *phase = c.phase;
  for (phase[0] = 0; phase[0] < cl_least(w->strides[0], w->result[0]); phase[0]++)
    for (phase[1] = 0; phase[1] < cl_least(w->strides[1], w->result[1]); phase[1]++)
      for (phase[2] = 0; phase[2] < cl_least(w->strides[2], w->result[2]); phase[2]++)
        convolve_phase(&c, threads, kernel, turned);
  free(turned);
}
