// The weights with which Pillow filters one axis of an image, and the passes along it.
#pragma once

#include "CImageCodecs.h"

/// Bits behind the point of a weight: eight for the result and two for overshoot are left of 32.
enum { ASSAY_PRECISION = 22 };

typedef struct {
  /// For each result: the first source index, how many, and `size` weights of which so many count.
  int *first, *count;
  int32_t *weights;
  int size;
} assay_axis;

/// Weights for `length` results from `start` on, of `full` results from `source` pixels. Gives 0
/// where memory is out; the axis must be freed in any case.
int assay_make_axis(assay_axis *a, assay_filter filter, int source, int full, int start,
                    int length);
void assay_free_axis(assay_axis *a);

/// Rows or columns of the source: those that a window needs.
typedef struct {
  int start, end;
} assay_span;

/// Filters two rows, which may be one, along their `channels` (1 or 3): of the columns that the weights ask for,
/// `width` pixels of each. Of `pairs` eight bytes a column are written.
typedef void assay_pillow_across(const assay_axis *a, const uint8_t *const rows[2], assay_span columns,
                                 int width, int channels, uint8_t *pairs, uint8_t *const results[2]);

/// Filters `count` rows, `stride` bytes apart, into one of `length` bytes.
typedef void assay_pillow_down(const uint8_t *rows, size_t stride, const int32_t *w, int count,
                               size_t length, uint8_t *result);

assay_pillow_across assay_pillow_across_portable, assay_pillow_across_avx2;
assay_pillow_down assay_pillow_down_portable, assay_pillow_down_avx2;
