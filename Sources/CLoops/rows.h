// Windows that keep channels apart: depthwise convolutions and poolings, a row of results at a time.
//
// Vectors run over channels; the last may begin within the one before it. A result takes the taps of
// its window in their order and leaves out those that lie in the padding.

// The taps of a window that lie within the row of the source.
typedef struct {
  int64_t begin, end;
} tap_range;

INLINE tap_range taps_within(const cl_row *r, int64_t x) {
  int64_t left = x * r->stride - r->before;
  tap_range taps = {0, r->kernel};
  if (left < 0) taps.begin = cl_least(r->kernel, cl_parts(-left, r->dilation));
  if (left + (r->kernel - 1) * r->dilation >= r->source_width)
    taps.end = cl_most(taps.begin, cl_parts(cl_most(0, r->source_width - left), r->dilation));
  return taps;
}

INLINE bool whole(const cl_row *r, int64_t x) {
  int64_t left = x * r->stride - r->before;
  return left >= 0 && left + (r->kernel - 1) * r->dilation < r->source_width;
}

// The results that are computed at once where no window is cut.
#define PIXELS 4

// Three taps side by side, as most have: what neighbours share is read once. The stride is a constant.
INLINE void add_three_taps(const cl_row *r, int stride, const float *from, const float *weights,
                           lanes *sum) {
  lanes weight[3];
  UNROLLED
  for (int k = 0; k < 3; k++) weight[k] = load(weights + k * r->channels);
  UNROLLED
  for (int column = 0; column < (PIXELS - 1) * stride + 3; column++) {
    lanes x = load(from + column * r->channels);
    UNROLLED
    for (int i = 0; i < PIXELS; i++) {
      int k = column - i * stride;
      if (k >= 0 && k < 3) sum[i] = FMA(x, weight[k], sum[i]);
    }
  }
}

// A vector of channels, or all of them where they are `few`: what is not the row or a pointer is a
// constant where that is worth it, and `stride` is 0 where it is not.
INLINE void depthwise_vector(const cl_row *r, int pixels, bool few, int stride, int64_t taps,
                             const float *source, const float *tap, const float *bias,
                             float *result) {
  int64_t channels = r->channels, tap_step = r->dilation * channels;
  int64_t pixel_step = r->stride * channels;
  lanes sum[PIXELS];
  UNROLLED
  for (int i = 0; i < pixels; i++) sum[i] = (lanes){};
  for (int64_t z = 0; z < r->planes; z++)
    for (int64_t y = 0; y < r->lines; y++) {
      const float *from = source + z * r->source_plane + y * r->source_line;
      const float *weights = tap + z * r->taps_plane + y * r->taps_line;
      if (stride > 0) {
        add_three_taps(r, stride, from, weights, sum);
        continue;
      }
      for (int64_t k = 0; k < taps; k++, from += tap_step, weights += channels) {
        lanes weight = few ? load_some(weights, channels) : load(weights);
        UNROLLED
        for (int i = 0; i < pixels; i++) {
          const float *at = from + i * pixel_step;
          sum[i] = FMA(few ? load_some(at, channels) : load(at), weight, sum[i]);
        }
      }
    }
  lanes added = {};
  if (bias) added = few ? load_some(bias, channels) : load(bias);
  UNROLLED
  for (int i = 0; i < pixels; i++) {
    if (few) store_some(result + i * channels, sum[i] + added, channels);
    else store(result + i * channels, sum[i] + added);
  }
}

// The taps are those from `begin`, as many as `taps`.
INLINE void depthwise_pixels(const cl_row *r, int pixels, int stride, int64_t x, int64_t begin,
                             int64_t taps) {
  int64_t channels = r->channels;
  const float *source = r->source + (x * r->stride - r->before + begin * r->dilation) * channels;
  const float *tap = r->taps + begin * channels;
  float *result = r->result + x * channels;
  if (channels < LANES) {
    depthwise_vector(r, pixels, true, 0, taps, source, tap, r->bias, result);
    return;
  }
  for (int64_t channel = 0; channel < channels; channel += LANES) {
    int64_t c = cl_least(channel, channels - LANES);
    depthwise_vector(r, pixels, false, stride, taps, source + c, tap + c,
                     r->bias ? r->bias + c : NULL, result + c);
  }
}

static void depthwise(const cl_row *r) {
  bool three = r->kernel == 3 && r->dilation == 1;
  for (int64_t x = 0; x < r->result_width;) {
    if (whole(r, x) && x + PIXELS <= r->result_width && whole(r, x + PIXELS - 1)) {
      if (three && r->stride == 1) depthwise_pixels(r, PIXELS, 1, x, 0, 3);
      else if (three && r->stride == 2) depthwise_pixels(r, PIXELS, 2, x, 0, 3);
      else depthwise_pixels(r, PIXELS, 0, x, 0, r->kernel);
      x += PIXELS;
    } else {
      tap_range taps = taps_within(r, x);
      depthwise_pixels(r, 1, 0, x, taps.begin, taps.end - taps.begin);
      x += 1;
    }
  }
}

INLINE void pool_pixel(const cl_row *r, bool maximum, int64_t x) {
  int64_t channels = r->channels;
  tap_range taps = taps_within(r, x);
  const float *source = r->source + (x * r->stride - r->before) * channels;
  float *result = r->result + x * channels;
  lanes count = splat((float)(r->planes * r->lines * (taps.end - taps.begin)));
  bool few = channels < LANES;
  for (int64_t channel = 0; channel < channels; channel += LANES) {
    int64_t c = few ? 0 : cl_least(channel, channels - LANES);
    lanes value = splat(maximum ? -INFINITY : 0);
    for (int64_t z = 0; z < r->planes; z++)
      for (int64_t y = 0; y < r->lines; y++) {
        const float *line = source + z * r->source_plane + y * r->source_line + c;
        for (int64_t k = taps.begin; k < taps.end; k++) {
          const float *from = line + k * r->dilation * channels;
          lanes next = few ? load_some(from, channels) : load(from);
          value = maximum ? larger(value, next) : value + next;
        }
      }
    if (!maximum) value /= count;
    if (few) store_some(result, value, channels);
    else store(result + c, value);
  }
}

static void pool(const cl_row *r, bool maximum) {
  for (int64_t x = 0; x < r->result_width; x++) {
    if (maximum) pool_pixel(r, true, x);
    else pool_pixel(r, false, x);
  }
}
