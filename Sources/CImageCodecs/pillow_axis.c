// Pillow's filters. Their support grows with the reduction, so that they always antialias.
#pragma STDC FP_CONTRACT OFF

#include "pillow_axis.h"

#include <math.h>
#include <stdlib.h>

// MARK: Filters

static double box(double x) { return x > -0.5 && x <= 0.5 ? 1.0 : 0.0; }

static double triangle(double x) {
  x = fabs(x);
  return x < 1.0 ? 1.0 - x : 0.0;
}

// Keys (1981) with a = −0.5.
static double cubic(double x) {
  const double a = -0.5;
  x = fabs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
  return 0.0;
}

static double sinc(double x) {
  if (x == 0.0) return 1.0;
  x *= 3.14159265358979323846;
  return sin(x) / x;
}

static double lanczos(double x) { return -3.0 <= x && x < 3.0 ? sinc(x) * sinc(x / 3) : 0.0; }

static double weight(assay_filter filter, double x) {
  switch (filter) {
  case ASSAY_BOX: return box(x);
  case ASSAY_BILINEAR: return triangle(x);
  case ASSAY_BICUBIC: return cubic(x);
  default: return lanczos(x);
  }
}

static double support_of(assay_filter filter) {
  switch (filter) {
  case ASSAY_BOX: return 0.5;
  case ASSAY_BILINEAR: return 1.0;
  case ASSAY_BICUBIC: return 2.0;
  default: return 3.0;
  }
}

// MARK: Axes

void assay_free_axis(assay_axis *a) {
  free(a->first);
  free(a->count);
  free(a->weights);
}

int assay_make_axis(assay_axis *a, assay_filter filter, int source, int full, int start, int length) {
  double scale = (double)source / full;
  double stretch = scale < 1.0 ? 1.0 : scale;
  double support = support_of(filter) * stretch;
  double inverse = 1.0 / stretch;
  a->size = (int)ceil(support) * 2 + 1;
  a->first = malloc((size_t)length * sizeof *a->first);
  a->count = malloc((size_t)length * sizeof *a->count);
  a->weights = malloc((size_t)length * (size_t)a->size * sizeof *a->weights);
  double *exact = malloc((size_t)a->size * sizeof *exact);
  if (!a->first || !a->count || !a->weights || !exact) {
    free(exact);
    return 0;
  }
  for (int i = 0; i < length; i++) {
    double centre = (start + i + 0.5) * scale;
    int low = (int)(centre - support + 0.5);
    if (low < 0) low = 0;
    int high = (int)(centre + support + 0.5);
    if (high > source) high = source;
    int count = high - low;
    double sum = 0.0;
    for (int k = 0; k < count; k++) {
      exact[k] = weight(filter, (k + low - centre + 0.5) * inverse);
      sum += exact[k];
    }
    int32_t *fixed = a->weights + (size_t)i * (size_t)a->size;
    for (int k = 0; k < count; k++) {
      double scaled = (sum != 0.0 ? exact[k] / sum : exact[k]) * (1 << ASSAY_PRECISION);
      // Half away from zero.
      fixed[k] = (int32_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    a->first[i] = low;
    a->count[i] = count;
  }
  free(exact);
  return 1;
}
