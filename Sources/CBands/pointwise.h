// CB_POINTWISE in float32, for the file that includes kernels.h.

// Where a tile of CB_POINTWISE or CB_DEPTHWISE reads and writes.
typedef struct {
  const float *source, *kernel, *shift, *addend;
  const float *sums[2];  // more to go on from
  float *results;
  size_t source_block, addend_block, sums_block, result_block;
  int inputs;
  bool begins, ends;  // whether these inputs are the first, and the last
  float least, most;
} tile;

// Adds one input's products to the sums of `pixels`, which are `step` numbers apart, × `blocks`.
INLINE void add_products(int pixels, int blocks, const float *x, size_t step, const float *w,
                         lanes sum[PIXELS][BLOCKS]) {
  lanes kernel[BLOCKS];
  UNROLLED
  for (int b = 0; b < blocks; b++) kernel[b] = at(w + b * LANES);
  UNROLLED
  for (int p = 0; p < pixels; p++) {
    lanes value = x[(size_t)p * step];
    UNROLLED
    for (int b = 0; b < blocks; b++) sum[p][b] = FMA(value, kernel[b], sum[p][b]);
  }
}

INLINE void write_kept(int pixels, int blocks, lanes sum[PIXELS][BLOCKS], lanes least, lanes most,
                       float *results, size_t result_block) {
  UNROLLED
  for (int b = 0; b < blocks; b++) {
    UNROLLED
    for (int p = 0; p < pixels; p++)
      *(lanes *)(results + (size_t)b * result_block + p * LANES) = kept(sum[p][b], least, most);
  }
}

// `pixels` × `blocks` results, the sum of shift, addend and products in the order of the inputs.
INLINE void multiply(int pixels, int blocks, const tile *t) {
  lanes sum[PIXELS][BLOCKS];
  UNROLLED
  for (int b = 0; b < blocks; b++) {
    if (t->begins) {
      lanes shift = t->shift ? at(t->shift + b * LANES) : (lanes)0.0f;
      UNROLLED
      for (int p = 0; p < pixels; p++) sum[p][b] = shift;
      if (t->addend) {
        // First, as the sums of a part of the inputs may be written where it lies.
        UNROLLED
        for (int p = 0; p < pixels; p++)
          sum[p][b] += at(t->addend + (size_t)b * t->addend_block + p * LANES);
      }
      for (int s = 0; s < 2 && t->sums[s]; s++) {
        UNROLLED
        for (int p = 0; p < pixels; p++)
          sum[p][b] += at(t->sums[s] + (size_t)b * t->sums_block + p * LANES);
      }
    } else {
      UNROLLED
      for (int p = 0; p < pixels; p++)
        sum[p][b] = at(t->results + (size_t)b * t->result_block + p * LANES);
    }
  }
  const float *w = t->kernel, *x = t->source;
  for (int rest = t->inputs; rest > 0; rest -= LANES, x += t->source_block) {
    int channels = rest < LANES ? rest : LANES;
#pragma clang loop unroll_count(4)
    for (int c = 0; c < channels; c++, w += blocks * LANES)
      add_products(pixels, blocks, x + c, LANES, w, sum);
  }
  if (!t->ends) {
    UNROLLED
    for (int b = 0; b < blocks; b++) {
      UNROLLED
      for (int p = 0; p < pixels; p++)
        *(lanes *)(t->results + (size_t)b * t->result_block + p * LANES) = sum[p][b];
    }
    return;
  }
  write_kept(pixels, blocks, sum, t->least, t->most, t->results, t->result_block);
}

typedef void multiply_tile(const tile *t);
#define MULTIPLY(pixels, blocks) \
  static void multiply_##pixels##_##blocks(const tile *t) { multiply(pixels, blocks, t); }
EACH_TILE(MULTIPLY)
static multiply_tile *const multiply_tiles[PIXELS][BLOCKS] = TILES(multiply);

#if LANES == 16
// The same of one block with no channel in its upper half.
typedef float half_lanes __attribute__((ext_vector_type(LANES / 2), aligned(4)));

INLINE half_lanes half_at(const float *from) { return *(const half_lanes *)from; }

INLINE void write_half(float *to, half_lanes x) { *(half_lanes *)to = x; }

INLINE void multiply_half(int pixels, const tile *t) {
  half_lanes sum[PIXELS];
  half_lanes shift = t->shift ? half_at(t->shift) : (half_lanes)0.0f;
  UNROLLED
  for (int p = 0; p < pixels; p++) {
    sum[p] = t->begins ? shift : half_at(t->results + p * LANES);
    if (t->begins && t->addend) sum[p] += half_at(t->addend + p * LANES);
  }
  const float *w = t->kernel, *x = t->source;
  for (int rest = t->inputs; rest > 0; rest -= LANES, x += t->source_block) {
    int channels = rest < LANES ? rest : LANES;
#pragma clang loop unroll_count(4)
    for (int c = 0; c < channels; c++, w += LANES) {
      half_lanes kernel = half_at(w);
      UNROLLED
      for (int p = 0; p < pixels; p++) sum[p] = FMA((half_lanes)x[p * LANES + c], kernel, sum[p]);
    }
  }
  half_lanes least = t->least, most = t->most;
  UNROLLED
  for (int p = 0; p < pixels; p++) {
    if (t->ends) {
      sum[p] = least > sum[p] ? least : sum[p];
      sum[p] = most < sum[p] ? most : sum[p];
      write_half(t->results + p * LANES + LANES / 2, 0.0f);
    }
    write_half(t->results + p * LANES, sum[p]);
  }
}

#define MULTIPLY_HALF(pixels) \
  static void multiply_half_##pixels(const tile *t) { multiply_half(pixels, t); }
MULTIPLY_HALF(1) MULTIPLY_HALF(2) MULTIPLY_HALF(3) MULTIPLY_HALF(4)
MULTIPLY_HALF(5) MULTIPLY_HALF(6) MULTIPLY_HALF(7) MULTIPLY_HALF(8)
// As the tiles of whole blocks are found, though there is but one block.
#define HALF_ROW(pixels) {multiply_half_##pixels}
static multiply_tile *const multiply_half_tiles[PIXELS][BLOCKS] = {
    HALF_ROW(1), HALF_ROW(2), HALF_ROW(3), HALF_ROW(4), HALF_ROW(5), HALF_ROW(6), HALF_ROW(7), HALF_ROW(8)};
#endif

// Inputs whose part of the kernel stays in the first cache, while all pixels are multiplied with it.
enum { INPUTS = 128 };

INLINE tile tile_of(const cb_rows *r, int block) {
  const cb_layer *l = r->layer;
  return (tile){
      .shift = l->shift ? l->shift + block * LANES : 0,
      .source_block = r->source_block, .addend_block = r->addend_block, .result_block = r->result_block,
      .least = l->least, .most = l->most,
  };
}

// Lets a tile multiply INPUTS of the inputs from one on, or as many as there are.
INLINE void take_inputs(tile *t, const cb_layer *l, const float *kernel, int count, int input) {
  t->kernel = kernel + (size_t)input * (size_t)(count * LANES);
  t->begins = input == 0;
  t->ends = l->inputs - input <= INPUTS;
  t->inputs = t->ends ? l->inputs - input : INPUTS;
}

// All pixels of one row for a group of blocks and a part of the inputs.
INLINE void multiply_row(const cb_rows *r, int row, int block, int count, multiply_tile *const *tiles,
                         tile t) {
  pieces p = pieces_of(r->width, PIXELS);
  for (int i = 0; i < p.pieces; i++) {
    int pixels = p.smaller + (i < p.larger_count);
    tiles[(pixels - 1) * BLOCKS](&t);
    t.source += pixels * LANES;
    t.results += pixels * LANES;
    if (t.addend) t.addend += pixels * LANES;
  }
  if (t.ends) apply(r, row, block, block + count);
}

// The same of rows of one pixel each, as of images that are one pixel by now: their pixels are laid side by side, so that
// their sums need not wait for each other, and a kernel that comes from the memory is asked for without pauses.
INLINE void multiply_column(const cb_rows *r, int block, int count, multiply_tile *const *tiles,
                            const float *kernel) {
  const cb_layer *l = r->layer;
  lanes source[INPUTS / LANES][PIXELS], addend[BLOCKS][PIXELS], results[BLOCKS][PIXELS];
  pieces p = pieces_of(r->rows, PIXELS);
  for (int i = 0, row = 0, pixels; i < p.pieces; i++, row += pixels) {
    pixels = p.smaller + (i < p.larger_count);
    tile t = tile_of(r, block);
    t.source = (const float *)source;
    t.results = (float *)results;
    t.source_block = t.addend_block = t.result_block = PIXELS * LANES;
    if (l->adds) {
      t.addend = (const float *)addend;
      for (int b = 0; b < count; b++)
        for (int x = 0; x < pixels; x++)
          addend[b][x] = at(r->addend[row + x] + (size_t)(block + b) * r->addend_block);
    }
    for (int input = 0; input < l->inputs; input += INPUTS) {
      take_inputs(&t, l, kernel, count, input);
      for (int b = 0; b * LANES < t.inputs; b++)
        for (int x = 0; x < pixels; x++)
          source[b][x] = at(r->source[row + x] + (size_t)(input / LANES + b) * r->source_block);
      tiles[(pixels - 1) * BLOCKS](&t);
    }
    apply_to(r, t.results, t.result_block, pixels, count);
    for (int b = 0; b < count; b++)
      for (int x = 0; x < pixels; x++)
        *(lanes *)(r->results[row + x] + (size_t)(block + b) * r->result_block) = results[b][x];
  }
}

void NAME(cb_pointwise)(const cb_rows *r) {
  const cb_layer *l = r->layer;
  cb_grouping grouping = cb_grouping_of(l->outputs, CB_FLOATS, LANES);
  for (int g = r->first; g < r->last; g++) {
    int block = cb_group_begin(grouping, g), count = cb_group_begin(grouping, g + 1) - block;
    const float *kernel = l->kernel + (size_t)block * LANES * (size_t)l->inputs;
    multiply_tile *const *tiles = &multiply_tiles[0][count - 1];
#if LANES == 16
    if (grouping.half && g == grouping.count - 1) tiles = multiply_half_tiles[0];
#endif
    if (r->width == 1 && r->rows > 1) {
      multiply_column(r, block, count, tiles, kernel);
      continue;
    }
    for (int input = 0; input < l->inputs; input += INPUTS) {
      tile t = tile_of(r, block);
      take_inputs(&t, l, kernel, count, input);
      for (int row = 0; row < r->rows; row++) {
        t.source = r->source[row] + (size_t)(input / LANES) * r->source_block;
        t.results = r->results[row] + (size_t)block * r->result_block;
        t.addend = l->adds ? r->addend[row] + (size_t)block * r->addend_block : 0;
        multiply_row(r, row, block, count, tiles, t);
      }
    }
  }
}
