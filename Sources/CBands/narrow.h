// CB_POINTWISE in products of bf16 or of bytes, each of two kinds. The rows are rounded first, as many pixels as
// stay in the second cache, in the order in which products read them: GROUP pixels · inputs in steps of 64 bytes · pixel
// · input.
//
// The file that includes this one defines TARGET, NAME, BYTES (whether it is bytes), GROUP, which is what
// cb_group_pixels says, STEP_BYTES (from a step of a group to the next) and IN_REGISTERS, whether sums stay in registers
// until they are finished; before it includes this,
//   multiply(bytes, size, blocks, pixels, words, kernel, sums) if so, for so many pixels: sums[MOST_PIXELS][2],
//   else MULTIPLY(tiles, blocks, pixels, steps, kernel, sums), for 16 · tiles pixels and so many blocks of results.
#include "internal.h"

#pragma clang diagnostic ignored "-Wpsabi"

#ifndef NARROW_TYPES
#define NARROW_TYPES
#include <immintrin.h>
enum { LANES = 16 };
typedef float lanes __attribute__((ext_vector_type(16), aligned(64)));
typedef int lanes_i __attribute__((ext_vector_type(16), aligned(64)));
#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")
INLINE lanes at(const float *from) { return *(const lanes *)from; }

// Between two numbers; what is not a number stays.
INLINE lanes clipped(lanes x, lanes least, lanes most) {
  x = least > x ? least : x;
  return most < x ? most : x;
}

// Pixels of a row: the row, and from which of its pixels on they are.
typedef struct {
  int row, x, count;
} stretch;

// The next of the pixels up to `last` that lie in one row.
INLINE stretch stretch_at(const cb_rows *r, int pixel, int last) {
  stretch s = {.row = pixel / r->width, .x = pixel % r->width};
  s.count = r->width - s.x < last - pixel ? r->width - s.x : last - pixel;
  return s;
}

// Applies the layer's function to what has just been written.
static void apply_function(const cb_rows *r, int block, int blocks, int first, int last) {
  const cb_layer *l = r->layer;
  if (!l->has_function) return;
  for (int pixel = first; pixel < last;) {
    stretch s = stretch_at(r, pixel, last);
    for (int b = block; b < block + blocks; b++) {
      float *values = r->results[s.row] + (size_t)b * r->result_block + s.x * LANES;
      cl_map(l->function, l->parameters, CL_AVX512, 1, (int64_t)s.count * LANES, values, values);
    }
    pixel += s.count;
  }
}

// What is done to the inputs of a block before they are rounded.
typedef struct {
  lanes scale, shift, least, most;
} preparation;

INLINE preparation preparation_of(const cb_rows *r, int block) {
  const cb_layer *l = r->affine;
  if (!l) return (preparation){0};
  const float *scales = l->has_factors ? r->factors : l->scale;
  return (preparation){
      scales ? at(scales + block * LANES) : (lanes)1.0f,
      l->shift ? at(l->shift + block * LANES) : (lanes)0.0f, l->least, l->most};
}

INLINE lanes prepared(bool affine, lanes x, const preparation *p) {
  return affine ? clipped(__builtin_elementwise_fma(x, p->scale, p->shift), p->least, p->most) : x;
}

#endif

#undef PER_STEP
#define PER_STEP (BYTES ? 4 : 2)

// Rounds a stretch of pixels of the blocks of one step, of which so many exist; what fills it up is zeros.
INLINE void NAME(round_stretch)(bool affine, const cb_rows *r, int block, int blocks, int pixels,
                                const float *from, char *to) {
  preparation p[PER_STEP];
  for (int part = 0; part < blocks; part++) p[part] = preparation_of(r, block + part);
#if BYTES
  __m512 quantum = _mm512_set1_ps(r->layer->quantum), zero = _mm512_set1_ps(r->layer->zero);
#endif
  for (int i = 0; i < pixels; i++, to += 64, from += LANES) {
#if BYTES
    for (int part = 0; part < PER_STEP; part++) {
      __m128i *four = (__m128i *)to + part;
      if (part >= blocks) {
        *four = _mm_setzero_si128();
        continue;
      }
      lanes x = prepared(affine, at(from + (size_t)part * r->source_block), &p[part]);
      __m512i q = _mm512_cvtps_epi32(_mm512_fmadd_ps((__m512)x, quantum, zero));
      *four = _mm512_cvtusepi32_epi8(_mm512_max_epi32(q, _mm512_setzero_si512()));
    }
#else
    lanes low = prepared(affine, at(from), &p[0]), high = 0.0f;
    if (blocks > 1) high = prepared(affine, at(from + r->source_block), &p[1]);
    *(__m512bh *)to = _mm512_cvtne2ps_pbh((__m512)high, (__m512)low);
#endif
  }
}

static void NAME(round_pixels)(const cb_rows *r, int first, int last, int steps) {
  int blocks = cb_parts(r->layer->inputs, LANES);
  for (int pixel = first; pixel < last;) {
    // No stretch leaves its group.
    int group = (pixel - first) / GROUP, end = first + (group + 1) * GROUP;
    stretch s = stretch_at(r, pixel, end < last ? end : last);
    char *to = (char *)r->rounded + (size_t)group * (size_t)steps * STEP_BYTES +
               (size_t)((pixel - first) % GROUP) * 64;
    for (int b = 0; b < blocks; b += PER_STEP, to += STEP_BYTES) {
      const float *from = r->source[s.row] + (size_t)b * r->source_block + s.x * LANES;
      int count = blocks - b < PER_STEP ? blocks - b : PER_STEP;
      if (r->affine) NAME(round_stretch)(true, r, b, count, s.count, from, to);
      else NAME(round_stretch)(false, r, b, count, s.count, from, to);
    }
    pixel += s.count;
  }
}

// What becomes of a sum.
INLINE lanes NAME(finished)(lanes sum, const cb_layer *l, lanes scale, lanes shift, const float *addend) {
#if BYTES
  lanes value =
      __builtin_elementwise_fma(__builtin_convertvector((lanes_i)sum, lanes), scale, shift);
#else
  lanes value = sum + shift;
#endif
  if (addend) value += at(addend);
  return clipped(value, l->least, l->most);
}

// Where a stretch of pixels of a block of results lies, and what goes with it.
typedef struct {
  lanes scale, shift;
  float *results;
  const float *addend;
} NAME(place);

INLINE NAME(place) NAME(place_of)(const cb_rows *r, int block, stretch s) {
  const cb_layer *l = r->layer;
  NAME(place) p = {.scale = 0.0f, .shift = l->shift ? at(l->shift + block * LANES) : (lanes)0.0f};
#if BYTES
  p.scale = at(l->scale + block * LANES);
#endif
  p.results = r->results[s.row] + (size_t)block * r->result_block + s.x * LANES;
  p.addend = l->adds ? r->addend[s.row] + (size_t)block * r->addend_block + s.x * LANES : 0;
  return p;
}

// Finishes the sums of pixels from `first` up to `last`: a tile of SIZE pixels after the other, [block][pixel].
INLINE void NAME(finish_pixels)(const cb_rows *r, int block, int blocks, int first, int last, int size,
                                const lanes *sums) {
  for (int pixel = first; pixel < last;) {
    // No stretch leaves its tile.
    int end = first + ((pixel - first) / size + 1) * size;
    stretch s = stretch_at(r, pixel, end < last ? end : last);
    for (int b = 0; b < blocks; b++) {
      const lanes *sum = sums + ((pixel - first) / size * 2 + b) * size + (pixel - first) % size;
      NAME(place) p = NAME(place_of)(r, block + b, s);
      for (int i = 0; i < s.count; i++)
        *(lanes *)(p.results + i * LANES) =
            NAME(finished)(sum[i], r->layer, p.scale, p.shift, p.addend ? p.addend + i * LANES : 0);
    }
    pixel += s.count;
  }
}

#if IN_REGISTERS
// Multiplies and finishes a tile of pixels, of which some may be beyond the last.
INLINE void NAME(multiply_tile)(int size, const cb_rows *r, int block, int blocks, int pixel, int last,
                                const char *rounded, int words, const char *kernel) {
  __m512i sum[MOST_PIXELS][2];
  multiply(BYTES, size, blocks, rounded, words, kernel, sum);
  stretch s = stretch_at(r, pixel, last);
  if (s.count < size) {
    lanes sums[2 * MOST_PIXELS];
    UNROLLED
    for (int b = 0; b < blocks; b++) {
      UNROLLED
      for (int i = 0; i < size; i++) sums[b * size + i] = (lanes)sum[i][b];
    }
    NAME(finish_pixels)(r, block, blocks, pixel, last < pixel + size ? last : pixel + size, size, sums);
    return;
  }
  UNROLLED
  for (int b = 0; b < blocks; b++) {
    NAME(place) p = NAME(place_of)(r, block + b, s);
    UNROLLED
    for (int i = 0; i < size; i++)
      *(lanes *)(p.results + i * LANES) =
          NAME(finished)((lanes)sum[i][b], r->layer, p.scale, p.shift, p.addend ? p.addend + i * LANES : 0);
  }
}

// Tiles of 14 pixels, of 8 and of 4, as fit best: of fewer each sum would wait for its last product.
INLINE void NAME(multiply_tiles)(const cb_rows *r, int block, int blocks, int first, int last,
                                 const char *rounded, const char *kernel) {
  int words = cb_parts(r->layer->inputs, PER_STEP), size;
  for (int pixel = first; pixel < last; pixel += size, rounded += size * 64) {
    int rest = last - pixel;
    size = rest <= 4 ? 4 : rest <= 8 || rest == 15 || rest == 16 ? 8 : 14;
    if (size == 14) NAME(multiply_tile)(14, r, block, blocks, pixel, last, rounded, words, kernel);
    else if (size == 8) NAME(multiply_tile)(8, r, block, blocks, pixel, last, rounded, words, kernel);
    else NAME(multiply_tile)(4, r, block, blocks, pixel, last, rounded, words, kernel);
  }
}

static void NAME(multiply_group)(const cb_rows *r, int block, int blocks, int first, int last,
                                 const char *rounded, const char *kernel) {
  if (blocks > 1) NAME(multiply_tiles)(r, block, 2, first, last, rounded, kernel);
  else NAME(multiply_tiles)(r, block, 1, first, last, rounded, kernel);
}
#else
static void NAME(multiply_group)(const cb_rows *r, int block, int blocks, int first, int last,
                                 const char *rounded, const char *kernel) {
  int steps = cb_parts(r->layer->inputs, PER_STEP * LANES);
  lanes sums[4 * TILE];
  MULTIPLY(last - first > TILE ? 2 : 1, blocks, rounded, steps, kernel, sums);
  NAME(finish_pixels)(r, block, blocks, first, last, TILE, sums);
}
#endif

void NAME(cb_pointwise)(const cb_rows *r) {
  const cb_layer *l = r->layer;
  int pixels = r->rows * r->width, steps = cb_parts(l->inputs, PER_STEP * LANES);
  cb_grouping grouping = cb_grouping_of(l->outputs, l->products, LANES);
  // As alike parts as groups allow.
  int parts = cb_parts(pixels, r->rounded_pixels);
  int most = cb_parts(cb_parts(pixels, parts), GROUP) * GROUP;
  for (int first = 0; first < pixels; first += most) {
    int last = first + most < pixels ? first + most : pixels;
    NAME(round_pixels)(r, first, last, steps);
    for (int g = r->first; g < r->last; g++) {
      int block = cb_group_begin(grouping, g), count = cb_group_begin(grouping, g + 1) - block;
      const char *kernel = (const char *)l->kernel + (size_t)block * (size_t)steps * 64 * LANES;
      const char *rounded = (const char *)r->rounded;
      for (int pixel = first; pixel < last; pixel += GROUP, rounded += (size_t)steps * STEP_BYTES) {
        int end = pixel + GROUP < last ? pixel + GROUP : last;
        NAME(multiply_group)(r, block, count, pixel, end, rounded, kernel);
      }
      apply_function(r, block, count, first, last);
    }
  }
}
