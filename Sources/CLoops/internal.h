// What the files of the loops share: how work is divided among threads, and the functions that exist
// once for each instruction set.
#pragma once

#include <stdatomic.h>

#include "include/loops.h"

// Work that is cut into pieces, which threads take one by one. Who computes a piece changes no bit.
typedef struct cl_work cl_work;
struct cl_work {
  const void *call;
  void (*worker)(cl_work *work);
  int64_t pieces;
  _Atomic int64_t next;
};

// Runs the worker on up to `threads` threads, on fewer where `operations` are not worth waking them.
void cl_share_out(const void *call, void (*worker)(cl_work *work), int64_t pieces,
                  int64_t operations, int threads);

// The next piece for a worker, or false where none is left.
bool cl_take(cl_work *work, int64_t *piece);

// Memory for a worker; the process ends where there is none, as it does where a Swift array finds
// none.
void *cl_scratch(int64_t values);

static inline int64_t cl_least(int64_t x, int64_t y) { return x < y ? x : y; }
static inline int64_t cl_most(int64_t x, int64_t y) { return x > y ? x : y; }

// How many parts of `size` cover `count`.
static inline int64_t cl_parts(int64_t count, int64_t size) {
  return count / size + (count % size != 0);
}

// Where a part begins if `count` is divided as evenly as possible.
static inline int64_t cl_share(int64_t count, int64_t part, int64_t parts) {
  return count / parts * part + cl_least(count % parts, part);
}

// result = a · b (+ bias): the innermost axis of `a` lies without gaps, that of the result too.
typedef struct {
  int64_t rows, inner, columns;
  const float *a;
  int64_t a_row;
  const float *b;
  int64_t b_row, b_column;
  const float *bias;
  float *result;
  int64_t result_row;
  float *panel;  // room for cl_panel_values
} cl_tile;

// A row of results of a window that moves over channels side by side. Lines are rows of the source
// that a window reads, those that lie in the padding left out.
typedef struct {
  int64_t channels, source_width, result_width;
  int64_t kernel, stride, dilation, before;  // along the row
  int64_t planes, lines;
  const float *source;  // the first line
  int64_t source_plane, source_line;
  const float *taps;  // those of the first line
  int64_t taps_plane, taps_line;
  const float *bias;
  float *result;
} cl_row;

// The functions of one instruction set.
typedef struct {
  int lanes, rows;  // values in a vector, rows of a tile that are multiplied at once
  void (*multiply)(const cl_tile *tile);
  void (*depthwise)(const cl_row *row);
  void (*pool)(const cl_row *row, bool maximum);
  void (*map)(cl_function function, const float *p, int64_t count, const float *source,
              float *result);
  void (*zip)(cl_arithmetic arithmetic, int64_t count, const float *a, int64_t a_stride,
              const float *b, int64_t b_stride, float *result);
  // Each of so many rows of `a` with the one row of `b`; its length is a multiple of the lanes.
  void (*zip_rows)(cl_arithmetic arithmetic, int64_t rows, int64_t count, const float *a,
                   const float *b, float *result);
  // Over `inner` values that lie `rest` apart, for `count` neighbours; over a run if `rest` is 1.
  void (*reduce)(cl_reduction reduction, int64_t inner, int64_t rest, int64_t count,
                 const float *source, float *result);
} cl_kernels;
extern const cl_kernels cl_kernels_portable, cl_kernels_avx2, cl_kernels_avx512;
const cl_kernels *cl_kernels_of(cl_instructions instructions);

// The room that cl_kernels.multiply needs for columns that it copies side by side.
enum { CL_PANEL_ROWS = 1 << 10 };
static inline int64_t cl_panel_values(const cl_kernels *kernels, int64_t inner) {
  return cl_least(inner, CL_PANEL_ROWS) * 2 * kernels->lanes;
}

// How a product of matrices is cut: into rows that stay in the second cache, and where these are too
// few for the threads, into columns.
typedef struct {
  int64_t tiles, parts;
} cl_division;
cl_division cl_divide(const cl_kernels *kernels, int64_t count, int64_t rows, int64_t inner,
                      int64_t columns, int threads);
// Where a tile's rows begin, at a whole number of blocks, and a part's columns, at one of panels.
int64_t cl_tile_start(const cl_kernels *kernels, int64_t rows, int64_t tile, int64_t tiles);
int64_t cl_tile_rows(const cl_kernels *kernels, int64_t rows, int64_t tiles);  // of the largest
int64_t cl_part_start(const cl_kernels *kernels, int64_t columns, int64_t part, int64_t parts);

// Copies what the windows of some results read, one row a result: taps · channels, zeros where there
// is padding. Results are numbered through the batch.
typedef struct {
  int64_t source[3], channels;  // of the source, all of them
  int64_t result[3];
  int64_t taps[3], stride[3], step[3];  // between windows, and between taps (also negative)
  int64_t first[3];                     // where the first window's first tap lies
} cl_gather;
void cl_gather_rows(const cl_gather *gather, int64_t begin, int64_t end, int64_t first_channel,
                    int64_t channels, const float *source, float *rows);
