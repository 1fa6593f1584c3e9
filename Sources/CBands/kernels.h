// The rows of each kind of layer, compiled once for each instruction set.
//
// The file that includes this one defines
//   LANES   the values in a vector, and the channels in a block
//   PIXELS  the most pixels that are computed at once: with BLOCKS blocks their sums fit into the registers
//   BLOCKS  the most blocks of results at once, as `cb_most_blocks` says
//   FUSED   whether multiply-adds are one operation
//   LOOPS   the instructions of CLoops, whose functions are applied
//   TARGET  the instructions that the functions may use, if they are named
//   NAME    a function's name for this instruction set
#include "internal.h"

#pragma clang diagnostic ignored "-Wpsabi"
#ifdef TARGET
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)
#endif
#pragma clang fp contract(off)

typedef float lanes __attribute__((ext_vector_type(LANES), aligned(LANES * 4)));
#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

#if FUSED
#define FMA(x, y, z) __builtin_elementwise_fma((x), (y), (z))
#else
#define FMA(x, y, z) ((x) * (y) + (z))
#endif

INLINE lanes at(const float *from) { return *(const lanes *)from; }

typedef float loose_lanes __attribute__((ext_vector_type(LANES), aligned(4)));
typedef int lanes_i __attribute__((ext_vector_type(LANES)));

// The places of a block from `begin` up to `end`.
INLINE lanes_i places_within(int begin, int end) {
  lanes_i places;
  for (int i = 0; i < LANES; i++) places[i] = i >= begin && i < end ? -1 : 0;
  return places;
}

INLINE lanes chosen(lanes_i which, lanes x, lanes y) {
  return (lanes)((which & (lanes_i)x) | (~which & (lanes_i)y));
}

// Between two numbers; what is not a number stays.
INLINE lanes kept(lanes x, lanes least, lanes most) {
  x = least > x ? least : x;
  return most < x ? most : x;
}

// The pixels of a row in pieces as alike as they can be.
typedef struct {
  int pieces, smaller, larger_count;
} pieces;

INLINE pieces pieces_of(int width, int most) {
  pieces p = {.pieces = cb_parts(width, most)};
  p.smaller = width / p.pieces;
  p.larger_count = width % p.pieces;
  return p;
}

// Applies the layer's function to what has just been written.
static void apply(const cb_rows *r, int row, int first, int last) {
  const cb_layer *l = r->layer;
  if (!l->has_function) return;
  for (int b = first; b < last; b++) {
    float *values = r->results[row] + (size_t)b * r->result_block;
    cl_map(l->function, l->parameters, LOOPS, 1, (int64_t)r->width * LANES, values, values);
  }
}

void NAME(cb_affine)(const cb_rows *r) {
  const cb_layer *l = r->layer;
  const float *scales = l->has_factors ? r->factors : l->scale;
  lanes least = l->least, most = l->most;
  for (int row = 0; row < r->rows; row++) {
    for (int b = r->first; b < r->last; b++) {
      lanes scale = scales ? at(scales + b * LANES) : (lanes)1.0f;
      lanes shift = l->shift ? at(l->shift + b * LANES) : (lanes)0.0f;
      const float *x = r->source[row] + (size_t)b * r->source_block;
      float *y = r->results[row] + (size_t)b * r->result_block;
      // A copy must leave −0 as it is.
      if (!scales && !l->shift) {
        for (int i = 0; i < r->width; i++)
          *(lanes *)(y + i * LANES) = kept(at(x + i * LANES), least, most);
      } else {
        for (int i = 0; i < r->width; i++)
          *(lanes *)(y + i * LANES) = kept(FMA(at(x + i * LANES), scale, shift), least, most);
      }
    }
    apply(r, row, r->first, r->last);
  }
}

// The sum of all places, in each of them: halves are added to each other.
INLINE lanes summed(lanes x) {
#if LANES == 16
  x += __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  x += __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
  x += __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
  return x + __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
#else
  x += __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3);
  x += __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5);
  return x + __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6);
#endif
}

void NAME(cb_normalize)(const cb_rows *r) {
  const cb_layer *l = r->layer;
  int blocks = cb_parts(l->outputs, LANES);
  lanes least = l->least, most = l->most, count = (float)l->outputs;
  lanes_i known = places_within(0, l->outputs - (blocks - 1) * LANES);
  for (int row = 0; row < r->rows; row++) {
    for (int i = 0; i < r->width; i++) {
      const float *x = r->source[row] + i * LANES, *last = x + (size_t)(blocks - 1) * r->source_block;
      lanes mean = 0.0f;
      if (l->centered) {
        for (const float *v = x; v != last; v += r->source_block) mean += at(v);
        mean = summed(mean + chosen(known, at(last), (lanes)0.0f)) / count;
      }
      lanes square = 0.0f;
      for (const float *v = x; v != last; v += r->source_block) {
        lanes d = at(v) - mean;
        square = FMA(d, d, square);
      }
      lanes d = chosen(known, at(last) - mean, (lanes)0.0f);
      lanes variance = summed(FMA(d, d, square)) / count;
      lanes factor = (lanes)1.0f / __builtin_elementwise_sqrt(variance + (lanes)l->epsilon);
      float *y = r->results[row] + i * LANES;
      for (int b = 0; b < blocks; b++, x += r->source_block, y += r->result_block) {
        lanes scale = l->scale ? at(l->scale + b * LANES) : (lanes)1.0f;
        lanes shift = l->shift ? at(l->shift + b * LANES) : (lanes)0.0f;
        *(lanes *)y = kept(FMA((at(x) - mean) * factor, scale, shift), least, most);
      }
    }
    apply(r, row, 0, blocks);
  }
}

INLINE lanes largest(lanes x) {
#if LANES == 16
  x = __builtin_elementwise_max(
      x, __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  x = __builtin_elementwise_max(
      x, __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
  x = __builtin_elementwise_max(
      x, __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
  return __builtin_elementwise_max(
      x, __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
#else
  x = __builtin_elementwise_max(x, __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3));
  x = __builtin_elementwise_max(x, __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5));
  return __builtin_elementwise_max(x, __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6));
#endif
}

void NAME(cb_softmax)(const cb_rows *r) {
  int channels = r->layer->outputs, blocks = cb_parts(channels, LANES);
  size_t block = r->result_block;
  lanes_i known = places_within(0, channels - (blocks - 1) * LANES);
  lanes none = -__builtin_inff();
  for (int i = 0; i < r->width; i++) {
    float *x = r->results[0] + i * LANES, *last = x + (size_t)(blocks - 1) * block;
    *(lanes *)last = chosen(known, at(last), none);
    lanes most = none;
    for (float *v = x; v <= last; v += block) most = __builtin_elementwise_max(most, at(v));
    most = largest(most);
    for (float *v = x; v <= last; v += block) *(lanes *)v = at(v) - most;
  }
  cl_map(CL_EXP, 0, LOOPS, 1, (int64_t)((size_t)blocks * block), r->results[0], r->results[0]);
  for (int i = 0; i < r->width; i++) {
    float *x = r->results[0] + i * LANES, *last = x + (size_t)(blocks - 1) * block;
    *(lanes *)last = chosen(known, at(last), (lanes)0.0f);
    lanes sum = 0.0f;
    for (float *v = x; v <= last; v += block) sum += at(v);
    lanes factor = (lanes)1.0f / summed(sum);
    for (float *v = x; v <= last; v += block) *(lanes *)v = at(v) * factor;
  }
}

// Where a tile of CB_POINTWISE or CB_DEPTHWISE reads and writes.
typedef struct {
  const float *source, *kernel, *shift, *addend;
  float *results;
  size_t source_block, addend_block, result_block;
  int inputs;
  bool begins, ends;  // whether these inputs are the first, and the last
  float least, most;
} tile;

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
    for (int c = 0; c < channels; c++, w += blocks * LANES) {
      lanes kernel[BLOCKS];
      UNROLLED
      for (int b = 0; b < blocks; b++) kernel[b] = at(w + b * LANES);
      UNROLLED
      for (int p = 0; p < pixels; p++) {
        lanes value = x[p * LANES + c];
        UNROLLED
        for (int b = 0; b < blocks; b++) sum[p][b] = FMA(value, kernel[b], sum[p][b]);
      }
    }
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
  lanes least = t->least, most = t->most;
  UNROLLED
  for (int b = 0; b < blocks; b++) {
    UNROLLED
    for (int p = 0; p < pixels; p++)
      *(lanes *)(t->results + (size_t)b * t->result_block + p * LANES) = kept(sum[p][b], least, most);
  }
}

typedef void multiply_tile(const tile *t);
#define MULTIPLY(pixels, blocks) \
  static void multiply_##pixels##_##blocks(const tile *t) { multiply(pixels, blocks, t); }
#if BLOCKS == 3
#define EACH_BLOCKS(pixels) MULTIPLY(pixels, 1) MULTIPLY(pixels, 2) MULTIPLY(pixels, 3)
#define ROW(pixels) {multiply_##pixels##_1, multiply_##pixels##_2, multiply_##pixels##_3}
#else
#define EACH_BLOCKS(pixels) MULTIPLY(pixels, 1) MULTIPLY(pixels, 2)
#define ROW(pixels) {multiply_##pixels##_1, multiply_##pixels##_2}
#endif
EACH_BLOCKS(1) EACH_BLOCKS(2) EACH_BLOCKS(3)
#if PIXELS > 3
EACH_BLOCKS(4) EACH_BLOCKS(5) EACH_BLOCKS(6)
#endif
#if PIXELS > 6
EACH_BLOCKS(7) EACH_BLOCKS(8)
#endif
static multiply_tile *const multiply_tiles[PIXELS][BLOCKS] = {
    ROW(1), ROW(2), ROW(3),
#if PIXELS > 3
    ROW(4), ROW(5), ROW(6),
#endif
#if PIXELS > 6
    ROW(7), ROW(8),
#endif
};

// Inputs whose part of the kernel stays in the first cache, while all pixels are multiplied with it.
enum { INPUTS = 128 };

// All pixels of one row for a group of blocks and a part of the inputs.
INLINE void multiply_row(const cb_rows *r, int row, int block, multiply_tile *const *tiles, tile t) {
  pieces p = pieces_of(r->width, PIXELS);
  for (int i = 0; i < p.pieces; i++) {
    int pixels = p.smaller + (i < p.larger_count);
    tiles[(pixels - 1) * BLOCKS](&t);
    t.source += pixels * LANES;
    t.results += pixels * LANES;
    if (t.addend) t.addend += pixels * LANES;
  }
  if (t.ends) apply(r, row, block, block + (int)(tiles - multiply_tiles[0]) + 1);
}

void NAME(cb_pointwise)(const cb_rows *r) {
  const cb_layer *l = r->layer;
  int blocks = cb_parts(l->outputs, LANES), groups = cb_parts(blocks, BLOCKS);
  for (int g = r->first; g < r->last; g++) {
    int block = cb_group_begin(CB_FLOATS, blocks, g, groups);
    int count = cb_group_begin(CB_FLOATS, blocks, g + 1, groups) - block;
    const float *kernel = l->kernel + (size_t)block * LANES * (size_t)l->inputs;
    for (int input = 0; input < l->inputs; input += INPUTS) {
      tile t = {
          .kernel = kernel + (size_t)input * (size_t)(count * LANES),
          .shift = l->shift ? l->shift + block * LANES : 0,
          .source_block = r->source_block, .addend_block = r->addend_block,
          .result_block = r->result_block, .begins = input == 0, .ends = l->inputs - input <= INPUTS,
          .least = l->least, .most = l->most,
      };
      t.inputs = t.ends ? l->inputs - input : INPUTS;
      for (int row = 0; row < r->rows; row++) {
        t.source = r->source[row] + (size_t)(input / LANES) * r->source_block;
        t.results = r->results[row] + (size_t)block * r->result_block;
        t.addend = l->adds ? r->addend[row] + (size_t)block * r->addend_block : 0;
        multiply_row(r, row, block, &multiply_tiles[0][count - 1], t);
      }
    }
  }
}

// `pixels` results of a channel's block; `source` are the rows of the window.
INLINE void slide(int pixels, int kernel_height, int kernel_width, int stride, int dilation,
                  const float *const *source, int step, size_t offset, const tile *t) {
  lanes sum[8];
  lanes shift = t->shift ? at(t->shift) : (lanes)0.0f;
  UNROLLED
  for (int p = 0; p < pixels; p++) sum[p] = shift;
  const float *w = t->kernel;
  for (int y = 0; y < kernel_height; y++) {
    const float *x = source[y * step] + offset;
    UNROLLED
    for (int k = 0; k < kernel_width; k++, w += LANES) {
      lanes kernel = at(w);
      UNROLLED
      for (int p = 0; p < pixels; p++)
        sum[p] = FMA(at(x + (p * stride + k * dilation) * LANES), kernel, sum[p]);
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
      t.results = r->results[row] + (size_t)b * r->result_block;
      t.addend = l->adds ? r->addend[row] + (size_t)b * r->addend_block : 0;
      for (int x = 0, size = 0, pixels; x < r->width; x += pixels) {
        // Rows of 14 are two of 7.
        if (r->width % 7 == 0) size = size == 0 ? 1 : size;
        while (slide_pixels[size] > r->width - x) size++;
        pixels = slides ? slide_pixels[size] : 1;
        size_t offset = (size_t)b * r->source_block + (size_t)(x * l->stride_width) * LANES;
        if (slides) slides[size](source, offset, &t);
        else slide_any(l, source, offset, &t);
        t.results += pixels * LANES;
        if (t.addend) t.addend += pixels * LANES;
      }
      apply(r, row, b, b + 1);
    }
  }
}

// Channels that begin within a block go partly into the next. The vectors that are loaded lie askew over the
// pixels, so the first and the last one are put together number by number: nothing beside the map is read.
void NAME(cb_copy)(int pixels, int channels, int shift, const float *source, float *first,
                   float *second) {
  int here = channels < LANES - shift ? channels : LANES - shift, there = channels - here;
  lanes_i in_first = places_within(shift, shift + here), before = places_within(0, shift);
  lanes_i in_second = places_within(0, there);
  for (int p = 0; p < pixels; p++) {
    const float *x = source + p * LANES;
    lanes *to = (lanes *)(first + p * LANES), *next = (lanes *)(second + p * LANES);
    lanes one = 0.0f, two = 0.0f;
    if (shift == 0) {
      one = at(x);
    } else if (p == 0 || p == pixels - 1) {
      for (int i = 0; i < here; i++) one[shift + i] = x[i];
      for (int i = 0; i < there; i++) two[i] = x[here + i];
    } else {
      one = *(const loose_lanes *)(x - shift);
      two = *(const loose_lanes *)(x + here);
    }
    one = chosen(in_first, one, (lanes)0.0f);
    *to = shift == 0 ? one : chosen(before, *to, one);
    if (there > 0) *next = chosen(in_second, two, (lanes)0.0f);
  }
}

#include "images.h"

#ifdef TARGET
#pragma clang attribute pop
#endif
