// CB_MAXIMUM and CB_MEAN, for the file that includes kernels.h. Windows are reduced column by column, as those that lie
// side by side share columns.

enum { COLUMNS = 64 };

// The larger of two; what is not a number stays.
INLINE lanes larger(lanes x, lanes y) {
  lanes most = y > x ? y : x;
  return ((x != x) | (y != y)) ? x + y : most;
}

INLINE lanes together(bool maximum, lanes x, lanes y) { return maximum ? larger(x, y) : x + y; }

INLINE void reduce_columns(bool maximum, const float *const *lines, int rows, int first, int last,
                           lanes *columns) {
  for (int column = first; column < last; column++) {
    lanes value = at(lines[0] + column * LANES);
    for (int i = 1; i < rows; i++) value = together(maximum, value, at(lines[i] + column * LANES));
    columns[column - first] = value;
  }
}

// What becomes of the columns of a window, of which so many and so many rows lie within the map.
INLINE lanes reduced(bool maximum, const cb_layer *l, const lanes *columns, int count, int rows) {
  int size = l->kernel_height * l->kernel_width, known = count * rows;
  lanes result = known > 0 ? columns[0] : (lanes)0.0f;
  for (int i = 1; i < count && rows > 0; i++) result = together(maximum, result, columns[i]);
  if (maximum) return l->counts_zeros && known > 0 && known < size ? larger(result, (lanes)0.0f) : result;
  return result / (lanes)(float)(l->counts_zeros ? size : known);
}

// Single pixels of a row, or zeros beyond it.
INLINE void take_pixels(const cb_rows *r, const float *line, const float *addend, float *results) {
  const cb_layer *l = r->layer;
  for (int x = 0; x < r->width; x++) {
    int column = x * l->stride_width - l->left;
    lanes value = line && column >= 0 && column < l->width ? at(line + column * LANES) : (lanes)0.0f;
    if (addend) value += at(addend + x * LANES);
    *(lanes *)(results + x * LANES) = kept(value, (lanes)l->least, (lanes)l->most);
  }
}

// One block of one row of results.
INLINE void pool_block(bool maximum, const cb_rows *r, const float *const *lines, int rows, const float *addend,
                       float *results) {
  const cb_layer *l = r->layer;
  lanes columns[COLUMNS];
  int most = (COLUMNS - l->kernel_width) / l->stride_width + 1;
  for (int begin = 0; begin < r->width; begin += most) {
    int end = begin + most < r->width ? begin + most : r->width;
    int first = begin * l->stride_width - l->left;
    int last = (end - 1) * l->stride_width - l->left + l->kernel_width;
    if (first < 0) first = 0;
    if (last > l->width) last = l->width;
    // The rows that most windows have, without a loop.
    if (rows == 3) reduce_columns(maximum, lines, 3, first, last, columns);
    else if (rows > 0) reduce_columns(maximum, lines, rows, first, last, columns);
    for (int x = begin; x < end; x++) {
      int left = x * l->stride_width - l->left, right = left + l->kernel_width;
      if (left < 0) left = 0;
      if (right > l->width) right = l->width;
      int count = right > left ? right - left : 0;
      lanes value = reduced(maximum, l, columns + (count > 0 ? left - first : 0), count, rows);
      if (addend) value += at(addend + x * LANES);
      *(lanes *)(results + x * LANES) = kept(value, (lanes)l->least, (lanes)l->most);
    }
  }
}

INLINE void pool(bool maximum, const cb_rows *r) {
  const cb_layer *l = r->layer;
  for (int row = 0; row < r->rows; row++) {
    for (int b = r->first; b < r->last; b++) {
      const float *lines[CB_WINDOW_ROWS];
      int rows = 0;
      for (int y = 0; y < l->kernel_height; y++) {
        const float *line = r->source[row * l->stride_height + y];
        // Those beyond the map are null.
        if (line) lines[rows++] = line + (size_t)b * r->source_block;
      }
      const float *addend = l->adds ? r->addend[row] + (size_t)b * r->addend_block : 0;
      float *results = r->results[row] + (size_t)b * r->result_block;
      if (l->kernel_height * l->kernel_width == 1)
        take_pixels(r, rows > 0 ? lines[0] : 0, addend, results);
      else pool_block(maximum, r, lines, rows, addend, results);
    }
    apply(r, row, r->first, r->last);
  }
}

void NAME(cb_maximum)(const cb_rows *r) { pool(true, r); }

void NAME(cb_mean)(const cb_rows *r) { pool(false, r); }
