// The weights with which Pillow filters one axis of an image.
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
