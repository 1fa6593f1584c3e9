// CB_POINTWISE in products of bf16 or of bytes, each of two kinds. The rows are rounded first, as many pixels as
// stay in the second cache, in the order in which products read them: 32 pixels · inputs in steps of 64 bytes · pixel
// · input.
//
// The file that includes this one defines TARGET, NAME, BYTES (whether it is bytes) and, before it includes this,
//   MULTIPLY(tiles, blocks, pixels, steps, kernel, sums), for 16 · tiles pixels and so many blocks of results;
//   from a step of the pixels to the next are STEP_BYTES.
#include "internal.h"

#pragma clang diagnostic ignored "-Wpsabi"

#ifndef NARROW_TYPES
#define NARROW_TYPES
#include <immintrin.h>
enum { LANES = 16, TILE = 16, GROUP = 2 * TILE };
typedef float lanes __attribute__((ext_vector_type(16), aligned(64)));
typedef int lanes_i __attribute__((ext_vector_type(16), aligned(64)));
#define INLINE static inline __attribute__((always_inline))
INLINE lanes at(const float *from) { return *(const lanes *)from; }

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

#endif

#undef PER_STEP
#define PER_STEP (BYTES ? 4 : 2)

// Rounds pixels. What fills up a step is zeros.
static void NAME(round_pixels)(const cb_rows *r, int first, int last, int steps) {
  int blocks = cb_parts(r->layer->inputs, LANES);
#if BYTES
  __m512 quantum = _mm512_set1_ps(r->layer->quantum), zero = _mm512_set1_ps(r->layer->zero);
#endif
  for (int pixel = first; pixel < last;) {
    // No stretch leaves its group.
    int group = (pixel - first) / GROUP, end = first + (group + 1) * GROUP;
    stretch s = stretch_at(r, pixel, end < last ? end : last);
    char *place = (char *)r->rounded + (size_t)group * (size_t)steps * STEP_BYTES +
                  (size_t)((pixel - first) % GROUP) * 64;
    for (int b = 0; b < blocks; b += PER_STEP, place += STEP_BYTES) {
      char *to = place;
      const float *low = r->source[s.row] + (size_t)b * r->source_block + s.x * LANES;
#if BYTES
      for (int i = 0; i < s.count; i++, to += 64)
        for (int part = 0; part < PER_STEP; part++) {
          __m128i *four = (__m128i *)to + part;
          if (b + part >= blocks) {
            *four = _mm_setzero_si128();
            continue;
          }
          __m512 x = _mm512_load_ps(low + (size_t)part * r->source_block + i * LANES);
          __m512i q = _mm512_cvtps_epi32(_mm512_fmadd_ps(x, quantum, zero));
          *four = _mm512_cvtusepi32_epi8(_mm512_max_epi32(q, _mm512_setzero_si512()));
        }
#else
      const float *high = b + 1 < blocks ? low + r->source_block : 0;
      for (int i = 0; i < s.count; i++, to += 64) {
        __m512 second = high ? _mm512_load_ps(high + i * LANES) : _mm512_setzero_ps();
        *(__m512bh *)to = _mm512_cvtne2ps_pbh(second, _mm512_load_ps(low + i * LANES));
      }
#endif
    }
    pixel += s.count;
  }
}

// What becomes of the sums of up to 32 pixels: [tile][block][pixel].
static void NAME(finish_pixels)(const cb_rows *r, int block, int blocks, int first, int last,
                                const lanes *sums) {
  const cb_layer *l = r->layer;
  lanes least = l->least, most = l->most;
  for (int pixel = first; pixel < last;) {
    // No stretch leaves its tile.
    int end = first + ((pixel - first) / TILE + 1) * TILE;
    stretch s = stretch_at(r, pixel, end < last ? end : last);
    for (int b = 0; b < blocks; b++) {
      const lanes *sum = sums + ((pixel - first) / TILE * 2 + b) * TILE + (pixel - first) % TILE;
      lanes shift = l->shift ? at(l->shift + (block + b) * LANES) : (lanes)0.0f;
#if BYTES
      lanes scale = at(l->scale + (block + b) * LANES);
#endif
      float *y = r->results[s.row] + (size_t)(block + b) * r->result_block + s.x * LANES;
      const float *addend =
          l->adds ? r->addend[s.row] + (size_t)(block + b) * r->addend_block + s.x * LANES : 0;
      for (int i = 0; i < s.count; i++, y += LANES) {
#if BYTES
        lanes value = __builtin_elementwise_fma(
            __builtin_convertvector(*(const lanes_i *)&sum[i], lanes), scale, shift);
#else
        lanes value = sum[i] + shift;
#endif
        if (addend) value += at(addend + i * LANES);
        value = least > value ? least : value;
        *(lanes *)y = most < value ? most : value;
      }
    }
    pixel += s.count;
  }
}

void NAME(cb_pointwise)(const cb_rows *r) {
  const cb_layer *l = r->layer;
  int pixels = r->rows * r->width, steps = cb_parts(l->inputs, PER_STEP * LANES);
  int blocks = cb_parts(l->outputs, LANES), groups = cb_parts(blocks, 2);
  lanes sums[4 * TILE];
  // As alike parts as groups allow.
  int parts = cb_parts(pixels, r->rounded_pixels);
  int most = cb_parts(cb_parts(pixels, parts), GROUP) * GROUP;
  for (int first = 0; first < pixels; first += most) {
    int last = first + most < pixels ? first + most : pixels;
    NAME(round_pixels)(r, first, last, steps);
    for (int g = r->first; g < r->last; g++) {
      int block = cb_group_begin(l->products, blocks, g, groups);
      int count = cb_group_begin(l->products, blocks, g + 1, groups) - block;
      const char *kernel = (const char *)l->kernel + (size_t)block * (size_t)steps * 64 * LANES;
      const char *rounded = (const char *)r->rounded;
      for (int pixel = first; pixel < last; pixel += GROUP, rounded += (size_t)steps * STEP_BYTES) {
        int end = pixel + GROUP < last ? pixel + GROUP : last;
        MULTIPLY(end - pixel > TILE ? 2 : 1, count, rounded, steps, kernel, sums);
        NAME(finish_pixels)(r, block, count, pixel, end, sums);
      }
      apply_function(r, block, count, first, last);
    }
  }
}
