// CB_IMAGES: windows over a map of few channels in plain order, for the file that includes kernels.h. A row of a window is
// one run of numbers, which are the inputs of a product as those of CB_POINTWISE are.

enum { WINDOW = CB_WINDOW_ROWS * CB_WINDOW_ROW };

// Where a tile reads and writes: so many rows, of which each is `run` numbers; from pixel to pixel are `step`.
typedef struct {
  const float *const *rows;
  size_t offset, step, result_block;
  int row_count, run;
  const float *kernel, *shift;
  float *results;
  float least, most;
} window;

INLINE void multiply_windows(int pixels, int blocks, const window *t) {
  lanes sum[PIXELS][BLOCKS];
  UNROLLED
  for (int b = 0; b < blocks; b++) {
    lanes shift = t->shift ? at(t->shift + b * LANES) : (lanes)0.0f;
    UNROLLED
    for (int p = 0; p < pixels; p++) sum[p][b] = shift;
  }
  const float *w = t->kernel;
  for (int y = 0; y < t->row_count; y++) {
    // Rows beyond the map are zeros.
    if (!t->rows[y]) {
      w += t->run * blocks * LANES;
      continue;
    }
    const float *x = t->rows[y] + t->offset;
#pragma clang loop unroll_count(3)
    for (int i = 0; i < t->run; i++, w += blocks * LANES)
      add_products(pixels, blocks, x + i, t->step, w, sum);
  }
  write_kept(pixels, blocks, sum, t->least, t->most, t->results, t->result_block);
}

typedef void window_tile(const window *t);
#define WINDOWS(pixels, blocks) \
  static void windows_##pixels##_##blocks(const window *t) { multiply_windows(pixels, blocks, t); }
EACH_TILE(WINDOWS)
static window_tile *const window_tiles[PIXELS][BLOCKS] = TILES(windows);

// A pixel whose window leaves the row: it reads a copy with zeros.
static void edge_pixel(const cb_layer *l, int x, window t, window_tile *tile) {
  float copy[WINDOW];
  const float *rows[CB_WINDOW_ROWS];
  // Where the window begins in the row, and which of its numbers lie within that.
  int from = (x * l->stride_width - l->left) * l->inputs, row = l->width * l->inputs;
  int first = from < 0 ? -from : 0, last = from + t.run > row ? row - from : t.run;
  if (first > t.run) first = t.run;
  if (last < first) last = first;
  for (int y = 0; y < t.row_count; y++) {
    rows[y] = t.rows[y] ? copy + y * t.run : 0;
    if (!t.rows[y]) continue;
    for (int i = 0; i < first; i++) copy[y * t.run + i] = 0;
    for (int i = first; i < last; i++) copy[y * t.run + i] = t.rows[y][from + i];
    for (int i = last; i < t.run; i++) copy[y * t.run + i] = 0;
  }
  t.rows = rows;
  t.offset = 0;
  tile(&t);
}

void NAME(cb_images)(const cb_rows *r) {
  const cb_layer *l = r->layer;
  cb_grouping grouping = cb_grouping_of(l->outputs, CB_FLOATS, LANES);
  window t = {
      .row_count = l->kernel_height, .run = l->kernel_width * l->inputs,
      .step = (size_t)(l->stride_width * l->inputs), .result_block = r->result_block,
      .least = l->least, .most = l->most,
  };
  // The pixels whose windows lie within the row.
  int begin = cb_parts(l->left, l->stride_width), room = l->width + l->left - l->kernel_width;
  int end = room < 0 ? begin : room / l->stride_width + 1;
  if (begin > r->width) begin = r->width;
  if (end > r->width) end = r->width;
  if (end < begin) end = begin;
  pieces p = end > begin ? pieces_of(end - begin, PIXELS) : (pieces){0};
  for (int g = r->first; g < r->last; g++) {
    int block = cb_group_begin(grouping, g), count = cb_group_begin(grouping, g + 1) - block;
    t.kernel = l->kernel + (size_t)(block * LANES * t.row_count * t.run);
    t.shift = l->shift ? l->shift + block * LANES : 0;
    for (int row = 0; row < r->rows; row++) {
      float *results = r->results[row] + (size_t)block * r->result_block;
      t.rows = r->source + row * l->stride_height;
      for (int x = 0; x < r->width; x++) {
        if (x == begin) x = end;
        if (x >= r->width) break;
        t.results = results + x * LANES;
        edge_pixel(l, x, t, window_tiles[0][count - 1]);
      }
      t.results = results + begin * LANES;
      t.offset = (size_t)((begin * l->stride_width - l->left) * l->inputs);
      for (int i = 0; i < p.pieces; i++) {
        int pixels = p.smaller + (i < p.larger_count);
        window_tiles[pixels - 1][count - 1](&t);
        t.results += pixels * LANES;
        t.offset += (size_t)pixels * t.step;
      }
      apply(r, row, block, block + count);
    }
  }
}
