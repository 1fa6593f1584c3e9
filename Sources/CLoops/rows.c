// What keeps channels apart: depthwise convolutions and poolings, shared out by rows of results.
#include <stdlib.h>

#include "windows.h"

// Taps along an axis that lie within the source, and where the first of them reads.
typedef struct {
  int64_t first, count, at;
} axis_taps;

static axis_taps taps_along(const cl_windows *w, int axis, int64_t place) {
  int64_t start = place * w->strides[axis] - w->before[axis], step = w->dilation[axis];
  int64_t first = start < 0 ? cl_parts(-start, step) : 0;
  int64_t end = w->source[axis] > start ? cl_parts(w->source[axis] - start, step) : 0;
  int64_t count = cl_most(0, cl_least(end, w->kernel[axis]) - first);
  return (axis_taps){first, count, start + first * step};
}

typedef struct {
  const cl_windows *windows;
  const cl_kernels *kernels;
  const float *source, *taps, *bias;  // without taps it is a pooling
  bool maximum;
  float *result;
  int64_t rows, block;
} rows_call;

static void compute_row(const rows_call *call, int64_t row) {
  const cl_windows *w = call->windows;
  int64_t channels = w->source_channels, line = w->source[2] * channels;
  int64_t y = row % w->result[1], z = row / w->result[1] % w->result[0];
  int64_t image = row / w->result[1] / w->result[0];
  axis_taps planes = taps_along(w, 0, z), lines = taps_along(w, 1, y);
  if (lines.count == 0 || planes.count == 0) planes = lines = (axis_taps){};
  cl_row r = {
      .channels = channels,
      .source_width = w->source[2],
      .result_width = w->result[2],
      .kernel = w->kernel[2],
      .stride = w->strides[2],
      .dilation = w->dilation[2],
      .before = w->before[2],
      .planes = planes.count,
      .lines = lines.count,
      .source = call->source + ((image * w->source[0] + planes.at) * w->source[1] + lines.at) * line,
      .source_plane = w->dilation[0] * w->source[1] * line,
      .source_line = w->dilation[1] * line,
      .taps_plane = w->kernel[1] * w->kernel[2] * channels,
      .taps_line = w->kernel[2] * channels,
      .bias = call->bias,
      .result = call->result + row * w->result[2] * channels,
  };
  if (!call->taps) {
    call->kernels->pool(&r, call->maximum);
    return;
  }
  r.taps = call->taps + planes.first * r.taps_plane + lines.first * r.taps_line;
  call->kernels->depthwise(&r);
}

static void compute_rows(cl_work *work) {
  const rows_call *call = work->call;
  for (int64_t piece; cl_take(work, &piece);) {
    int64_t end = cl_least(call->rows, (piece + 1) * call->block);
    for (int64_t row = piece * call->block; row < end; row++) compute_row(call, row);
  }
}

static void share_rows(rows_call *call, int threads) {
  const cl_windows *w = call->windows;
  call->rows = w->batch * w->result[0] * w->result[1];
  // Rows that lie side by side read the same ones of the source.
  call->block = cl_most(1, cl_least(8, call->rows / (8 * cl_most(1, threads))));
  int64_t taps = w->kernel[0] * w->kernel[1] * w->kernel[2];
  int64_t operations = call->rows * w->result[2] * w->result_channels * taps;
  cl_share_out(call, compute_rows, cl_parts(call->rows, call->block), operations, threads);
}

void cl_pool(const cl_windows *windows, bool maximum, cl_instructions instructions, int threads,
             const float *source, float *result) {
  rows_call call = {windows, cl_kernels_of(instructions), source, .maximum = maximum,
                    .result = result};
  share_rows(&call, threads);
}

void cl_convolve_depthwise(const cl_windows *windows, cl_instructions instructions, int threads,
                           const float *source, const float *kernel, const float *bias,
                           float *result) {
  int64_t inputs = windows->source_channels, many = windows->result_channels / inputs;
  cl_windows w = *windows;
  float *repeated = NULL;
  if (many > 1) {
    // Several outputs of an input: the input is repeated, and each output has its own.
    int64_t pixels = w.batch * w.source[0] * w.source[1] * w.source[2];
    repeated = cl_scratch(pixels * w.result_channels);
    cl_copy copy = {.rank = 3,
                    .extents = {pixels, inputs, many},
                    .source = {inputs, 1, 0},
                    .result = {w.result_channels, many, 1}};
    cl_copy_values(&copy, threads, source, repeated);
    source = repeated;
    w.source_channels = w.result_channels;
  }
  rows_call call = {&w, cl_kernels_of(instructions), source, kernel, bias, .result = result};
  share_rows(&call, threads);
  free(repeated);
}
