// How products of matrices are cut into pieces. None of this changes what is computed, only by whom
// and when.
#include "internal.h"

cl_division cl_divide(const cl_kernels *kernels, int64_t count, int64_t rows, int64_t inner,
                      int64_t columns, int threads) {
  // The rows of a tile are read again for every panel of columns: they stay in the second cache. More
  // of them share the copy of a panel, and many of them are cut to be shared fairly.
  enum { TILE_VALUES = 1 << 18, MOST_BLOCKS = 16 };
  int64_t blocks = cl_parts(rows, kernels->rows);
  int64_t fitting = TILE_VALUES / cl_most(1, cl_least(inner, TILE_VALUES)) / kernels->rows;
  int64_t most = cl_most(1, cl_least(MOST_BLOCKS, fitting));
  cl_division d = {.tiles = cl_parts(blocks, most), .parts = 1};
  if (threads <= 1) return d;
  int64_t wanted = cl_parts(4 * (int64_t)threads, cl_most(1, count));
  if (d.tiles >= wanted) return d;
  d.tiles = cl_most(d.tiles, cl_least(wanted, blocks / 4));
  int64_t panels = columns / (2 * kernels->lanes);
  if (d.tiles < wanted && panels > 1)
    d.parts = cl_least(panels, cl_least(2 * (int64_t)threads, cl_parts(wanted, cl_most(1, d.tiles))));
  return d;
}

int64_t cl_part_start(const cl_kernels *kernels, int64_t columns, int64_t part, int64_t parts) {
  if (part == parts) return columns;
  int64_t panel = 2 * kernels->lanes;
  return cl_share(columns / panel, part, parts) * panel;
}

int64_t cl_tile_start(const cl_kernels *kernels, int64_t rows, int64_t tile, int64_t tiles) {
  return cl_least(rows, cl_share(cl_parts(rows, kernels->rows), tile, tiles) * kernels->rows);
}

int64_t cl_tile_rows(const cl_kernels *kernels, int64_t rows, int64_t tiles) {
  return cl_least(rows, cl_parts(cl_parts(rows, kernels->rows), cl_most(1, tiles)) * kernels->rows);
}
