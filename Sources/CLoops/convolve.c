// Convolutions as products of matrices: of what each result's window reads, by the kernel.
#include <stdlib.h>

#include "windows.h"

typedef struct {
  const cl_windows *windows;
  const cl_kernels *kernels;
  const float *source, *kernel, *bias;
  float *result;
  cl_gather gather;
  cl_division division;
  int64_t rows, inner, group_inputs, group_outputs;
  bool direct;  // the source is the matrix already
} convolve_call;

static void convolve_pieces(cl_work *work) {
  const convolve_call *c = work->call;
  const cl_windows *w = c->windows;
  const cl_division *d = &c->division;
  int64_t tile_rows = cl_tile_rows(c->kernels, c->rows, d->tiles);
  float *rows = c->direct ? NULL : cl_scratch(tile_rows * c->inner);
  float *panel = cl_scratch(cl_panel_values(c->kernels, c->inner));
  for (int64_t piece; cl_take(work, &piece);) {
    int64_t part = piece % d->parts, group = piece / d->parts % w->groups;
    int64_t tile = piece / d->parts / w->groups;
    int64_t begin = cl_tile_start(c->kernels, c->rows, tile, d->tiles);
    int64_t end = cl_tile_start(c->kernels, c->rows, tile + 1, d->tiles);
    int64_t first = cl_part_start(c->kernels, c->group_outputs, part, d->parts);
    int64_t last = cl_part_start(c->kernels, c->group_outputs, part + 1, d->parts);
    int64_t output = group * c->group_outputs + first, input = group * c->group_inputs;
    if (rows) cl_gather_rows(&c->gather, begin, end, input, c->group_inputs, c->source, rows);
    cl_tile t = {
        .rows = end - begin,
        .inner = c->inner,
        .columns = last - first,
        .a = rows ? rows : c->source + begin * w->source_channels + input,
        .a_row = rows ? c->inner : w->source_channels,
        .b = c->kernel + output,
        .b_row = w->result_channels,
        .b_column = 1,
        .bias = c->bias ? c->bias + output : NULL,
        .result = c->result + begin * w->result_channels + output,
        .result_row = w->result_channels,
        .panel = panel,
    };
    c->kernels->multiply(&t);
  }
  free(panel);
  free(rows);
}

static bool is_direct(const cl_windows *w) {
  for (int i = 0; i < 3; i++)
    if (w->kernel[i] != 1 || w->strides[i] != 1 || w->before[i] != 0 ||
        w->source[i] != w->result[i])
      return false;
  return true;
}

void cl_convolve(const cl_windows *w, cl_instructions instructions, int threads,
                 const float *source, const float *kernel, const float *bias, float *result) {
  if (w->groups > 1 && w->groups == w->source_channels) {
    cl_convolve_depthwise(w, instructions, threads, source, kernel, bias, result);
    return;
  }
  int64_t taps = w->kernel[0] * w->kernel[1] * w->kernel[2];
  convolve_call c = {.windows = w,
                     .kernels = cl_kernels_of(instructions),
                     .source = source,
                     .kernel = kernel,
                     .bias = bias,
                     .result = result,
                     .rows = w->batch * w->result[0] * w->result[1] * w->result[2],
                     .group_inputs = w->source_channels / w->groups,
                     .group_outputs = w->result_channels / w->groups,
                     .direct = is_direct(w)};
  c.inner = taps * c.group_inputs;
  c.gather.channels = w->source_channels;
  for (int i = 0; i < 3; i++) {
    c.gather.source[i] = w->source[i];
    c.gather.result[i] = w->result[i];
    c.gather.taps[i] = w->kernel[i];
    c.gather.stride[i] = w->strides[i];
    c.gather.step[i] = w->dilation[i];
    c.gather.first[i] = -w->before[i];
  }
  c.division = cl_divide(c.kernels, w->groups, c.rows, c.inner, c.group_outputs, threads);
  cl_share_out(&c, convolve_pieces, c.division.tiles * w->groups * c.division.parts,
               c.rows * c.inner * w->result_channels, threads);
}
