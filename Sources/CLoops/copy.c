// Copies between strided arrays.
#include <stdlib.h>
#include <string.h>

#include "internal.h"

// The copy in the order of the result's memory, in blocks over two axes: the last, along which the
// result lies closest, and another, along which the source does.
typedef struct {
  cl_copy copy;
  int64_t block_rows, block_columns, row_blocks, column_blocks;
  int64_t blocks, blocks_a_piece;
  const float *source;
  float *result;
} copy_call;

static bool is_continued(const cl_copy *c, int axis, int64_t extent, int64_t source,
                         int64_t result) {
  return c->source[axis] == source * extent && c->result[axis] == result * extent;
}

// Axes from the result's farthest to its closest, those merged over which both arrays go on evenly.
static cl_copy ordered(const cl_copy *copy) {
  int order[CL_AXES], count = 0;
  for (int i = 0; i < copy->rank; i++) {
    if (copy->extents[i] == 1) continue;
    int at = count++;
    for (; at > 0 && llabs(copy->result[order[at - 1]]) < llabs(copy->result[i]); at--)
      order[at] = order[at - 1];
    order[at] = i;
  }
  cl_copy c = {.source_offset = copy->source_offset, .result_offset = copy->result_offset};
  for (int i = 0; i < count; i++) {
    int64_t extent = copy->extents[order[i]];
    int64_t source = copy->source[order[i]], result = copy->result[order[i]];
    if (c.rank > 0 && is_continued(&c, c.rank - 1, extent, source, result))
      c.extents[c.rank - 1] *= extent;
    else c.extents[c.rank++] = extent;
    c.source[c.rank - 1] = source;
    c.result[c.rank - 1] = result;
  }
  return c;
}

// Makes the axis along which the source lies closest the last but one. Of fewer axes than two there
// will be two.
static void place_rows(cl_copy *c) {
  while (c->rank < 2) {
    c->extents[1] = c->extents[0];
    c->source[1] = c->source[0];
    c->result[1] = c->result[0];
    c->extents[0] = 1;
    if (c->rank++ == 0) c->extents[1] = 1;
  }
  int row = c->rank - 2;
  if (llabs(c->source[c->rank - 1]) == 1) return;
  int closest = row;
  for (int i = 0; i < row; i++)
    if (c->source[i] != 0 && llabs(c->source[i]) < llabs(c->source[closest])) closest = i;
  int64_t extent = c->extents[closest], source = c->source[closest], result = c->result[closest];
  for (int i = closest; i < row; i++) {
    c->extents[i] = c->extents[i + 1];
    c->source[i] = c->source[i + 1];
    c->result[i] = c->result[i + 1];
  }
  c->extents[row] = extent;
  c->source[row] = source;
  c->result[row] = result;
}

static void copy_line(int64_t count, const float *from, int64_t source, float *to, int64_t result) {
  if (source == 1 && result == 1) {
    if (count >= 16) {
      memcpy(to, from, (size_t)count * sizeof *to);
      return;
    }
    for (int64_t i = 0; i < count; i++) to[i] = from[i];
  } else if (result == 1) {
    for (int64_t i = 0; i < count; i++) to[i] = from[i * source];
  } else {
    for (int64_t i = 0; i < count; i++) to[i * result] = from[i * source];
  }
}

static void copy_block(const copy_call *call, int64_t block) {
  const cl_copy *c = &call->copy;
  int row = c->rank - 2, last = c->rank - 1;
  int64_t column = block % call->column_blocks * call->block_columns;
  int64_t rest = block / call->column_blocks;
  int64_t first = rest % call->row_blocks * call->block_rows;
  rest /= call->row_blocks;
  int64_t source = c->source_offset + first * c->source[row] + column * c->source[last];
  int64_t result = c->result_offset + first * c->result[row] + column * c->result[last];
  for (int i = row - 1; i >= 0; rest /= c->extents[i], i--) {
    source += rest % c->extents[i] * c->source[i];
    result += rest % c->extents[i] * c->result[i];
  }
  int64_t rows = cl_least(call->block_rows, c->extents[row] - first);
  int64_t columns = cl_least(call->block_columns, c->extents[last] - column);
  const float *from = call->source + source;
  float *to = call->result + result;
  for (int64_t i = 0; i < rows; i++, from += c->source[row], to += c->result[row])
    copy_line(columns, from, c->source[last], to, c->result[last]);
}

static void copy_pieces(cl_work *work) {
  const copy_call *c = work->call;
  for (int64_t piece; cl_take(work, &piece);) {
    int64_t end = cl_least(c->blocks, (piece + 1) * c->blocks_a_piece);
    for (int64_t block = piece * c->blocks_a_piece; block < end; block++) copy_block(c, block);
  }
}

void cl_copy_values(const cl_copy *copy, int threads, const float *source, float *result) {
  // In a transpose, lines of both sides of a block stay in the first cache; else lines are long.
  enum { BLOCK = 32, LINE = 1 << 13 };
  copy_call c = {.copy = ordered(copy), .source = source, .result = result};
  int64_t values = 1;
  for (int i = 0; i < copy->rank; i++) values *= copy->extents[i];
  if (values == 0) return;
  place_rows(&c.copy);
  int row = c.copy.rank - 2, last = c.copy.rank - 1;
  bool turned = llabs(c.copy.source[last]) > 1;
  c.block_columns = cl_least(c.copy.extents[last], turned ? BLOCK : LINE);
  c.block_rows = cl_least(c.copy.extents[row], turned ? BLOCK : cl_most(1, LINE / c.block_columns));
  c.row_blocks = cl_parts(c.copy.extents[row], c.block_rows);
  c.column_blocks = cl_parts(c.copy.extents[last], c.block_columns);
  c.blocks = c.row_blocks * c.column_blocks;
  for (int i = 0; i < row; i++) c.blocks *= c.copy.extents[i];
  c.blocks_a_piece = cl_most(1, LINE / (c.block_rows * c.block_columns));
  cl_share_out(&c, copy_pieces, cl_parts(c.blocks, c.blocks_a_piece), values, threads);
}

void cl_fill(int64_t count, float value, int threads, float *result) {
  // A value that is repeated along the axis.
  cl_copy copy = {.rank = 1, .extents = {count}, .source = {0}, .result = {1}};
  cl_copy_values(&copy, threads, &value, result);
}
