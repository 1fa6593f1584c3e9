// `tf.image.resize(antialias=True)`, which is `ScaleAndTranslate` (scale_and_translate_op.cc): rows first, then columns,
// each result a sum over all pixels under a kernel as wide as the step, in float32. Products are rounded before they are
// added.
#pragma STDC FP_CONTRACT OFF

#include "CImageCodecs.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// What each result of one axis reads: the first pixel, and weights for it and those after it.
typedef struct {
  int size; // Weights of each result.
  int *starts;
  float *weights;
} spans;

static float triangle(float x) { return x < 1.0f ? 1.0f - x : 0.0f; }

// Keys (1981), a = −0.5.
static float keys(float x) {
  if (x >= 2.0f) return 0.0f;
  if (x >= 1.0f) return ((-0.5f * x + 2.5f) * x - 4.0f) * x + 2.0f;
  return ((1.5f * x - 2.5f) * x) * x + 1.0f;
}

static int clamped(long value, int limit) {
  return value < 0 ? 0 : value < limit ? (int)value : limit - 1;
}

static void free_spans(spans *s) {
  free(s->starts);
  free(s->weights);
}

// The results from `first` on, `count` of `full` made of `source` pixels.
static bool make_spans(spans *s, int source, int full, int first, int count, bool cubic) {
  float scale = (float)full / (float)source;
  float inverse = (float)(1.0 / scale);
  float wide = inverse > 1.0f ? inverse : 1.0f, narrow = 1.0f / wide;
  float radius = (cubic ? 2.0f : 1.0f) * wide;
  int size = 2 * (int)ceilf(radius) + 1;
  s->size = size < source ? size : source;
  s->starts = malloc((size_t)count * sizeof *s->starts);
  s->weights = calloc((size_t)count * (size_t)s->size, sizeof *s->weights);
  if (!s->starts || !s->weights) return false;
  for (int i = 0; i < count; i++) {
    float place = ((float)(first + i) + 0.5f) * inverse;
    int start = clamped((long)ceilf(place - radius - 0.5f), source);
    int end = clamped((long)floorf(place + radius - 0.5f), source) + 1;
    float *weights = s->weights + (size_t)i * (size_t)s->size, sum = 0;
    for (int k = start; k < end && k - start < s->size; k++) {
      float distance = fabsf(((float)k + 0.5f - place) * narrow);
      sum += weights[k - start] = cubic ? keys(distance) : triangle(distance);
    }
    float factor = fabsf(sum) >= 1000.0f * FLT_MIN ? 1.0f / sum : 0.0f;
    for (int k = 0; k < end - start && k < s->size; k++) weights[k] *= factor;
    s->starts[i] = start;
  }
  return true;
}

assay_status assay_resize_antialiased(const assay_resize *job, assay_filter filter, float *result) {
  if (filter != ASSAY_BILINEAR && filter != ASSAY_BICUBIC)
    return assay_resize_tensorflow(job, filter, result);
  bool cubic = filter == ASSAY_BICUBIC;
  size_t channels = (size_t)job->channels, length = (size_t)job->source_width * channels;
  spans rows = {0}, columns = {0};
  float *line = malloc(length * sizeof *line);
  bool made = line &&
              make_spans(&rows, job->source_height, job->full_height, job->top, job->height, cubic) &&
              make_spans(&columns, job->source_width, job->full_width, job->left, job->width, cubic);
  for (int y = 0; made && y < job->height; y++) {
    memset(line, 0, length * sizeof *line);
    const float *weights = rows.weights + (size_t)y * (size_t)rows.size;
    for (int k = 0; k < rows.size && rows.starts[y] + k < job->source_height; k++) {
      const uint8_t *row = job->pixels + (size_t)(rows.starts[y] + k) * job->stride;
      for (size_t i = 0; i < length; i++) line[i] += (float)row[i] * weights[k];
    }
    for (int x = 0; x < job->width; x++, result += channels) {
      const float *v = columns.weights + (size_t)x * (size_t)columns.size;
      for (size_t c = 0; c < channels; c++) result[c] = 0;
      for (int k = 0; k < columns.size && columns.starts[x] + k < job->source_width; k++)
        for (size_t c = 0; c < channels; c++)
          result[c] += line[(size_t)(columns.starts[x] + k) * channels + c] * v[k];
    }
  }
  free(line);
  free_spans(&rows);
  free_spans(&columns);
  return made ? ASSAY_OK : ASSAY_OUT_OF_MEMORY;
}
