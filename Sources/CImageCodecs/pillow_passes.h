// Pillow's two passes, for the file that includes this one: it defines NAME, and TARGET unless it is for every processor.
#include "pillow_axis.h"

#include <string.h>

#ifdef TARGET
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)
#endif
#pragma clang diagnostic ignored "-Wpsabi"

// One pixel of each of two rows, RGB and a byte that nobody looks at.
typedef int32_t ints __attribute__((ext_vector_type(8)));
typedef uint8_t bytes __attribute__((ext_vector_type(8), aligned(1)));

static inline bytes clipped(ints sum) {
  ints value = sum >> ASSAY_PRECISION;
  value = value < 0 ? 0 : value;
  return __builtin_convertvector(value > 255 ? 255 : value, bytes);
}

static uint8_t clip(int32_t sum) {
  int32_t value = sum >> ASSAY_PRECISION;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static const int32_t half = 1 << (ASSAY_PRECISION - 1);

// Four bytes are one instruction, of which the fourth is the next pixel's. Of the last pixel, three: what lies beyond it
// may be no memory of the image.
static inline void copy_pixel(uint8_t *to, const uint8_t *from, bool is_last) {
  if (is_last) memcpy(to, from, 3);
  else memcpy(to, from, 4);
}

// Lays the columns of two rows of RGB side by side.
static void pair_rows(const uint8_t *const rows[2], assay_span columns, uint8_t *pairs) {
  for (int x = columns.start; x < columns.end; x++, pairs += 8)
    for (int row = 0; row < 2; row++)
      copy_pixel(pairs + 4 * row, rows[row] + 3 * x, x == columns.end - 1);
}

static void across_rgb(const assay_axis *a, const uint8_t *const rows[2], assay_span columns, int width,
                       uint8_t *pairs, uint8_t *const results[2]) {
  pair_rows(rows, columns, pairs);
  for (int x = 0; x < width; x++) {
    const int32_t *w = a->weights + (size_t)x * (size_t)a->size;
    const uint8_t *from = pairs + 8 * (a->first[x] - columns.start);
    ints sum = half;
    for (int k = 0; k < a->count[x]; k++, from += 8)
      sum += __builtin_convertvector(*(const bytes *)from, ints) * w[k];
    bytes result = clipped(sum);
    // The fourth byte lands where the next pixel is written over it.
    for (int row = 0; row < 2; row++)
      copy_pixel(results[row] + 3 * x, (const uint8_t *)&result + 4 * row, x == width - 1);
  }
}

void NAME(assay_pillow_across)(const assay_axis *a, const uint8_t *const rows[2], assay_span columns,
                               int width, int channels, uint8_t *pairs, uint8_t *const results[2]) {
  if (channels == 3) {
    across_rgb(a, rows, columns, width, pairs, results);
    return;
  }
  for (int row = 0; row < 2; row++)
    for (int x = 0; x < width; x++) {
      const int32_t *w = a->weights + (size_t)x * (size_t)a->size;
      const uint8_t *from = rows[row] + a->first[x];
      int32_t sum = half;
      for (int k = 0; k < a->count[x]; k++) sum += from[k] * w[k];
      results[row][x] = clip(sum);
    }
}

void NAME(assay_pillow_down)(const uint8_t *rows, size_t stride, const int32_t *w, int count,
                             size_t length, uint8_t *result) {
  enum { vectors = 4, block = 8 * vectors };
  size_t i = 0;
  for (; i + block <= length; i += block) {
    ints sums[vectors];
    for (int v = 0; v < vectors; v++) sums[v] = half;
    for (int k = 0; k < count; k++) {
      const uint8_t *row = rows + (size_t)k * stride + i;
      for (int v = 0; v < vectors; v++)
        sums[v] += __builtin_convertvector(*(const bytes *)(row + 8 * v), ints) * w[k];
    }
    for (int v = 0; v < vectors; v++) *(bytes *)(result + i + 8 * v) = clipped(sums[v]);
  }
  for (; i < length; i++) {
    int32_t sum = half;
    for (int k = 0; k < count; k++) sum += rows[(size_t)k * stride + i] * w[k];
    result[i] = clip(sum);
  }
}

#ifdef TARGET
#pragma clang attribute pop
#endif
