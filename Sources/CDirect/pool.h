// Poolings, and what is done number by number, for the file that includes kernels.h. Windows are reduced column by
// column, as those that lie side by side share columns.

// The larger of two; what is not a number stays.
INLINE lanes larger(lanes x, lanes y) {
  lanes_i keep = (x >= y) | (x != x);
  return (lanes)((keep & (lanes_i)x) | (~keep & (lanes_i)y));
}

INLINE lanes together(bool maximum, lanes x, lanes y) { return maximum ? larger(x, y) : x + y; }

// The largest or the sum of a column of a window.
INLINE lanes reduce_column(cd_type type, bool maximum, int height, const char *from, size_t row) {
  lanes result = load_map(type, from);
  for (int i = 1; i < height; i++)
    result = together(maximum, result, load_map(type, from + i * row));
  return result;
}

// The most columns that are kept for a tile of results, whose windows share them.
#define COLUMNS (4 * ROWS)

// The columns from `first` up to `last` of the rows that a window has in the map.
INLINE void reduce_columns(cd_type type, bool maximum, int height, int first, int last,
                           const char *line, const cd_strides *s, lanes *columns) {
  for (int x = first; x < last; x++) {
    const char *from = line + (size_t)x * s->pixel;
    // The height that networks have, without a loop.
    columns[x - first] = height == 3 ? reduce_column(type, maximum, 3, from, s->row)
                                     : reduce_column(type, maximum, height, from, s->row);
  }
}

// A row of results of LANES channels of one image. Windows are reduced column by column.
INLINE void pool_row(cd_type type, bool maximum, const cd_pool_call *call, int block, int row) {
  const cd_pooling *p = call->pooling;
  cd_strides s = cd_strides_of(&p->source, call->instructions);
  finish_strides results = finish_strides_of(&p->finish, call->instructions);
  int image = row / p->out_height, y = row % p->out_height;
  const char *plane = call->source + cd_place(&s, image, block, 0);
  int top = y * p->stride_height - p->top, bottom = top + p->window_height;
  bool beyond = top < 0 || bottom > p->source.height;
  if (top < 0) top = 0;
  if (bottom > p->source.height) bottom = p->source.height;
  const char *line = plane + (size_t)top * s.row;
  places to = places_of(&results, &call->results, image, block, y);
  int most = (COLUMNS - p->window_width) / p->stride_width + 1;
  bool shares = p->window_width > 1 && most >= 1;
  if (most > ROWS || !shares) most = ROWS;
  for (int x = 0; x < p->out_width; x += most) {
    int rows = p->out_width - x < most ? p->out_width - x : most;
    lanes columns[COLUMNS];
    lanes_i values[ROWS];
    int first = x * p->stride_width - p->left;
    int last = first + (rows - 1) * p->stride_width + p->window_width;
    if (first < 0) first = 0;
    if (last > p->source.width) last = p->source.width;
    if (shares) reduce_columns(type, maximum, bottom - top, first, last, line, &s, columns);
    for (int r = 0; r < rows; r++) {
      int left = (x + r) * p->stride_width - p->left, right = left + p->window_width;
      bool padded = beyond || left < 0 || right > p->source.width;
      if (left < 0) left = 0;
      if (right > p->source.width) right = p->source.width;
      lanes result;
      for (int j = left; j < right; j++) {
        lanes column;
        if (shares) column = columns[j - first];
        else reduce_columns(type, maximum, bottom - top, j, j + 1, line, &s, &column);
        result = j == left ? column : together(maximum, result, column);
      }
      if (p->counts_zeros && padded) result = larger(result, (lanes){});
      if (!p->maximum) result /= splat((float)((bottom - top) * (right - left)));
      values[r] = (lanes_i)result;
    }
    finish(&p->finish, &results, false, values, rows, block * LANES, &to);
  }
}

void NAME(cd_pool)(const cd_pool_call *call, int block, int row) {
  bool maximum = call->pooling->maximum;
  if (call->pooling->source.type == CD_BF16) {
    if (maximum) pool_row(CD_BF16, true, call, block, row);
    else pool_row(CD_BF16, false, call, block, row);
  } else if (maximum) {
    pool_row(CD_F32, true, call, block, row);
  } else {
    pool_row(CD_F32, false, call, block, row);
  }
}
