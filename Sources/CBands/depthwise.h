// CB_DEPTHWISE, for the file that includes kernels.h.

// `pixels` results of a channel's block; `source` are the rows of the window.
INLINE void slide(int pixels, int kernel_height, int kernel_width, int stride, int dilation,
                  const float *const *source, int step, size_t offset, const tile *t) {
  lanes sum[8];
  lanes shift = t->shift ? at(t->shift) : (lanes)0.0f;
  UNROLLED
  for (int p = 0; p < pixels; p++) sum[p] = shift;
  const float *w = t->kernel;
  for (int y = 0; y < kernel_height; y++, w += kernel_width * LANES) {
    const float *x = source[y * step] + offset;
    // Each number is read once, for all windows that it lies in.
    UNROLLED
    for (int j = 0; j < (pixels - 1) * stride + kernel_width; j++) {
      lanes value = at(x + j * dilation * LANES);
      UNROLLED
      for (int p = 0; p < pixels; p++) {
        int k = j - p * stride;
        if (k >= 0 && k < kernel_width) sum[p] = FMA(value, at(w + k * LANES), sum[p]);
      }
    }
  }
  lanes least = t->least, most = t->most;
  if (t->addend) {
    UNROLLED
    for (int p = 0; p < pixels; p++) sum[p] += at(t->addend + p * LANES);
  }
  UNROLLED
  for (int p = 0; p < pixels; p++) *(lanes *)(t->results + p * LANES) = kept(sum[p], least, most);
}

// Any window, a pixel at a time.
static void slide_any(const cb_layer *l, const float *const *source, size_t offset, const tile *t) {
  lanes sum = t->shift ? at(t->shift) : (lanes)0.0f;
  const float *w = t->kernel;
  for (int y = 0; y < l->kernel_height; y++) {
    const float *x = source[y * l->dilation_height] + offset;
    for (int k = 0; k < l->kernel_width; k++, w += LANES)
      sum = FMA(at(x + k * l->dilation_width * LANES), at(w), sum);
  }
  if (t->addend) sum += at(t->addend);
  *(lanes *)t->results = kept(sum, (lanes)t->least, (lanes)t->most);
}

typedef void slide_tile(const float *const *source, size_t offset, const tile *t);
#define SLIDE(pixels, size, stride)                                                       \
  static void slide_##pixels##_##size##_##stride(const float *const *source, size_t offset, \
                                                 const tile *t) {                         \
    slide(pixels, size, size, stride, 1, source, 1, offset, t);                           \
  }
#define SLIDES(size, stride)                                                           \
  SLIDE(8, size, stride) SLIDE(7, size, stride) SLIDE(4, size, stride) SLIDE(1, size, stride)
#define SLIDE_ROW(size, stride)                                                        \
  {slide_8_##size##_##stride, slide_7_##size##_##stride, slide_4_##size##_##stride,    \
   slide_1_##size##_##stride}
SLIDES(3, 1) SLIDES(3, 2) SLIDES(5, 1) SLIDES(5, 2) SLIDES(7, 1) SLIDES(7, 2)

static const int slide_pixels[4] = {8, 7, 4, 1};
static slide_tile *const slide_tiles[3][2][4] = {
    {SLIDE_ROW(3, 1), SLIDE_ROW(3, 2)},
    {SLIDE_ROW(5, 1), SLIDE_ROW(5, 2)},
    {SLIDE_ROW(7, 1), SLIDE_ROW(7, 2)},
};

// The functions for a window that has some.
static slide_tile *const *slides_for(const cb_layer *l) {
  int size = l->kernel_width, stride = l->stride_width;
  bool known = l->kernel_height == size && (size == 3 || size == 5 || size == 7) && stride <= 2 &&
               l->dilation_height == 1 && l->dilation_width == 1;
  return known ? slide_tiles[(size - 3) / 2][stride - 1] : 0;
}

// The mean of a row of one block, by four sums that do not wait for each other.
INLINE void write_mean(const cb_rows *r, int row, int block) {
  const float *x = r->results[row] + (size_t)block * r->result_block;
  lanes sum[4] = {0};
  int i = 0;
  for (; i + 4 <= r->width; i += 4, x += 4 * LANES) {
    UNROLLED
    for (int s = 0; s < 4; s++) sum[s] += at(x + s * LANES);
  }
  for (; i < r->width; i++, x += LANES) sum[0] += at(x);
  *(lanes *)(r->means[row] + (size_t)block * r->means_block) =
      ((sum[0] + sum[1]) + (sum[2] + sum[3])) / (lanes)(float)r->width;
}

void NAME(cb_depthwise)(const cb_rows *r) {
  const cb_layer *l = r->layer;
  slide_tile *const *slides = slides_for(l);
  size_t taps = (size_t)(l->kernel_height * l->kernel_width);
  for (int b = r->first; b < r->last; b++) {
    tile t = {
        .kernel = l->kernel + (size_t)b * taps * LANES,
        .shift = l->shift ? l->shift + b * LANES : 0, .least = l->least, .most = l->most,
    };
    for (int row = 0; row < r->rows; row++) {
      const float *const *source = r->source + row * l->stride_height;
      float *results = r->results[row] + (size_t)b * r->result_block;
      const float *addend = l->adds ? r->addend[row] + (size_t)b * r->addend_block : 0;
      // Rows of 14 are two of 7.
      for (int x = 0, size = r->width % 7 == 0, pixels; x < r->width; x += pixels) {
        int rest = r->width - x;
        while (slide_pixels[size] > rest) size++;
        // What is left for several small tiles is the end of a larger one, which computes some pixels again.
        bool is_last = slides && !addend && rest > slide_pixels[size] && rest < slide_pixels[0];
        if (is_last && slide_pixels[size - 1] <= r->width) x = r->width - slide_pixels[--size];
        pixels = slides ? slide_pixels[size] : 1;
        t.results = results + x * LANES;
        t.addend = addend ? addend + x * LANES : 0;
        size_t offset = (size_t)b * r->source_block + (size_t)(x * l->stride_width) * LANES;
        if (slides) slides[size](source, offset, &t);
        else slide_any(l, source, offset, &t);
      }
      apply(r, row, b, b + 1);
      if (r->means) write_mean(r, row, b);
    }
  }
}
