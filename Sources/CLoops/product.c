// Products of many pairs of matrices.
#include <stdlib.h>

#include "internal.h"

typedef struct {
  const cl_product *product;
  const cl_kernels *kernels;
  const float *a, *b, *bias;
  float *result;
  cl_division division;
} product_call;

static void multiply_pieces(cl_work *work) {
  const product_call *c = work->call;
  const cl_product *p = c->product;
  const cl_division *d = &c->division;
  float *panel = cl_scratch(cl_panel_values(c->kernels, p->inner));
  float *rows = NULL;
  if (p->a.column != 1)
    rows = cl_scratch(cl_tile_rows(c->kernels, p->rows, d->tiles) * p->inner);
  for (int64_t piece; cl_take(work, &piece);) {
    int64_t part = piece % d->parts, tile = piece / d->parts % d->tiles;
    int64_t matrix = piece / d->parts / d->tiles;
    int64_t begin = cl_tile_start(c->kernels, p->rows, tile, d->tiles);
    int64_t end = cl_tile_start(c->kernels, p->rows, tile + 1, d->tiles);
    int64_t first = cl_part_start(c->kernels, p->columns, part, d->parts);
    int64_t last = cl_part_start(c->kernels, p->columns, part + 1, d->parts);
    cl_tile t = {
        .rows = end - begin,
        .inner = p->inner,
        .columns = last - first,
        .a = c->a + matrix * p->a.matrix + begin * p->a.row,
        .a_row = p->a.row,
        .b = c->b + matrix * p->b.matrix + first * p->b.column,
        .b_row = p->b.row,
        .b_column = p->b.column,
        .bias = c->bias ? c->bias + first : NULL,
        .result = c->result + (matrix * p->rows + begin) * p->columns + first,
        .result_row = p->columns,
        .panel = panel,
    };
    if (rows) {
      cl_copy copy = {.rank = 2,
                      .extents = {t.rows, t.inner},
                      .source = {p->a.row, p->a.column},
                      .result = {t.inner, 1}};
      cl_copy_values(&copy, 1, t.a, rows);
      t.a = rows;
      t.a_row = t.inner;
    }
    c->kernels->multiply(&t);
  }
  free(rows);
  free(panel);
}

void cl_multiply(const cl_product *p, cl_instructions instructions, int threads, const float *a,
                 const float *b, const float *bias, float *result) {
  product_call c = {p, cl_kernels_of(instructions), a, b, bias, result, {}};
  c.division = cl_divide(c.kernels, p->count, p->rows, p->inner, p->columns, threads);
  cl_share_out(&c, multiply_pieces, p->count * c.division.tiles * c.division.parts,
               p->count * p->rows * p->inner * p->columns, threads);
}
