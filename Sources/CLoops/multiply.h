// Products of matrices: what convolutions become, too.
//
// Each sum runs over the inner axis in its order, in one accumulator, whatever is computed beside it.
// So rows and columns may be cut anywhere, and a last vector of columns may begin within the one
// before it, to end where the columns end.

// All that is the same for the tiles of one panel of columns. Of a long inner axis a part is taken at
// a time: the sums wait in the result, which changes no bit, and get their bias at the end.
typedef struct {
  int64_t inner, a_row, b_row, b_second, result_row, result_second;
  bool begins, ends;
  lanes bias[2];
} panel;

// `rows` rows × `count` vectors of columns, both of them constants where this is called.
INLINE void multiply_block(int rows, int count, const panel *p, const float *a, const float *b,
                           float *result) {
  lanes sum[ROWS][2];
  UNROLLED
  for (int r = 0; r < rows; r++) {
    UNROLLED
    for (int v = 0; v < count; v++)
      sum[r][v] = p->begins ? (lanes){} : load(result + r * p->result_row + v * p->result_second);
  }
  // Not unrolled, as broadcasts of several steps at once would drive sums out of the registers.
#pragma clang loop unroll(disable)
  for (int64_t k = 0; k < p->inner; k++, b += p->b_row) {
    lanes column[2];
    UNROLLED
    for (int v = 0; v < count; v++) column[v] = load(b + v * p->b_second);
    UNROLLED
    for (int r = 0; r < rows; r++) {
      lanes x = splat(a[r * p->a_row + k]);
      UNROLLED
      for (int v = 0; v < count; v++) sum[r][v] = FMA(x, column[v], sum[r][v]);
    }
  }
  UNROLLED
  for (int r = 0; r < rows; r++) {
    UNROLLED
    for (int v = 0; v < count; v++)
      store(result + r * p->result_row + v * p->result_second,
            p->ends ? sum[r][v] + p->bias[v] : sum[r][v]);
  }
}

typedef void block_kernel(const panel *p, const float *a, const float *b, float *result);

#define HALF (ROWS / 2)
#define BLOCK(rows, count)                                                                         \
  static void multiply_##rows##_##count(const panel *p, const float *a, const float *b,            \
                                        float *result) {                                           \
    multiply_block(rows, count, p, a, b, result);                                                  \
  }
BLOCK(ROWS, 1) BLOCK(ROWS, 2) BLOCK(HALF, 1) BLOCK(HALF, 2)
BLOCK(2, 1) BLOCK(2, 2) BLOCK(1, 1) BLOCK(1, 2)

// The numbers of rows that there are functions for, and these by the number of vectors.
static const int row_counts[4] = {ROWS, HALF, 2, 1};
static block_kernel *const blocks[4][2] = {{multiply_ROWS_1, multiply_ROWS_2},
                                           {multiply_HALF_1, multiply_HALF_2},
                                           {multiply_2_1, multiply_2_2},
                                           {multiply_1_1, multiply_1_2}};

// Copies a vector of columns of all rows of `b` to every `step` values; beyond the columns is 0.
static void copy_columns(const cl_tile *t, const float *from, int64_t columns, int step, float *to) {
  if (t->b_column == 1 && columns >= LANES) {
    for (int64_t k = 0; k < t->inner; k++) store(to + k * step, load(from + k * t->b_row));
    return;
  }
  // A block at a time, so that the lines that are written stay in the first cache.
  for (int64_t first = 0; first < t->inner; first += LANES) {
    int64_t end = cl_least(t->inner, first + LANES);
    for (int j = 0; j < LANES; j++)
      for (int64_t k = first; k < end; k++)
        to[k * step + j] = j < columns ? from[j * t->b_column + k * t->b_row] : 0;
  }
}

// A part of the inner axis, which the tile lies at, by `count` vectors of columns, which begin at
// `first` and `second`.
static void multiply_panel(const cl_tile *t, bool begins, bool ends, int count, int64_t first,
                           int64_t second) {
  panel p = {.inner = t->inner, .a_row = t->a_row, .begins = begins, .ends = ends};
  int64_t starts[2] = {first, second};
  int64_t columns = cl_least(LANES, t->columns);
  for (int v = 0; v < count && t->bias; v++)
    p.bias[v] = columns < LANES ? load_some(t->bias, columns) : load(t->bias + starts[v]);

  // Columns are copied side by side where they are read more than once, as rows of large matrices
  // crowd into a few sets of the cache.
  const float *b = t->b + first * t->b_column;
  p.b_row = t->b_row;
  p.b_second = second - first;
  if (t->b_column != 1 || columns < LANES || t->rows > ROWS) {
    for (int v = 0; v < count; v++)
      copy_columns(t, t->b + starts[v] * t->b_column, columns, count * LANES,
                   t->panel + v * LANES);
    b = t->panel;
    p.b_row = count * LANES;
    p.b_second = LANES;
  }

  float narrow[ROWS * LANES];
  bool is_narrow = columns < LANES;
  p.result_row = is_narrow ? LANES : t->result_row;
  p.result_second = second - first;
  for (int64_t row = 0, size = 0; row < t->rows; row += row_counts[size]) {
    while (row_counts[size] > t->rows - row) size++;
    float *result = t->result + row * t->result_row + first;
    for (int r = 0; r < row_counts[size] && is_narrow && !begins; r++)
      store(narrow + r * LANES, load_some(result + r * t->result_row, columns));
    blocks[size][count - 1](&p, t->a + row * t->a_row, b, is_narrow ? narrow : result);
    for (int r = 0; r < row_counts[size] && is_narrow; r++)
      store_some(result + r * t->result_row, load(narrow + r * LANES), columns);
  }
}

static void multiply(const cl_tile *t) {
  // Few rows read the other matrix once, in the order in which it lies; for more of them a panel
  // stays in the second cache.
  int64_t step = t->rows > ROWS ? CL_PANEL_ROWS : 32;
  int64_t vectors = cl_parts(t->columns, LANES), last = cl_most(0, t->columns - LANES);
  int64_t k = 0;
  do {
    cl_tile part = *t;
    part.inner = cl_least(step, t->inner - k);
    part.a += k;
    part.b += k * t->b_row;
    bool begins = k == 0, ends = k + part.inner == t->inner;
    // The odd vector comes first, so that the last one begins within its own panel.
    int64_t v = vectors % 2;
    if (v == 1) multiply_panel(&part, begins, ends, 1, 0, 0);
    for (; v < vectors; v += 2)
      multiply_panel(&part, begins, ends, 2, v * LANES, cl_least((v + 1) * LANES, last));
    k += step;
  } while (k < t->inner);
}
