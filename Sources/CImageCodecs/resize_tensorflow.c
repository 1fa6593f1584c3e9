// `tf.image.resize(antialias=False)` with half-pixel centres, or TensorFlow 1's without, in float32 and to the bit. Every
// product is rounded before it is added: a fused multiply-add would change the last bit.
#pragma STDC FP_CONTRACT OFF

#include "CImageCodecs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Four floats at any address: one RGB pixel and the first value of the next.
typedef float lanes __attribute__((ext_vector_type(4), aligned(4)));

static const uint8_t *source_row(const assay_resize *job, int y) {
  return job->pixels + (size_t)y * job->stride;
}

// MARK: Nearest

static int nearest_index(int target, float scale, int limit) {
  int index = (int)floorf(((float)target + 0.5f) * scale);
  return index < limit - 1 ? index : limit - 1;
}

static assay_status nearest(const assay_resize *job, float *result) {
  float scale_x = (float)job->source_width / (float)job->full_width;
  float scale_y = (float)job->source_height / (float)job->full_height;
  int channels = job->channels;
  for (int y = 0; y < job->height; y++) {
    const uint8_t *row =
        source_row(job, nearest_index(job->top + y, scale_y, job->source_height));
    for (int x = 0; x < job->width; x++) {
      const uint8_t *pixel =
          row + channels * nearest_index(job->left + x, scale_x, job->source_width);
      for (int c = 0; c < channels; c++) *result++ = pixel[c];
    }
  }
  return ASSAY_OK;
}

// MARK: Bilinear

typedef struct {
  int low, high;
  float fraction;
} tap;

// s = (x + ½)·in/out − ½, or x·in/out; neighbours ⌊s⌋ and ⌈s⌉ held inside, weight s − ⌊s⌋.
static tap bilinear_tap(int target, float scale, int limit, bool half_pixel_centres) {
  float place = half_pixel_centres ? ((float)target + 0.5f) * scale - 0.5f : (float)target * scale;
  float below = floorf(place);
  int low = (int)below, high = (int)ceilf(place);
  tap result = {low > 0 ? low : 0, high < limit - 1 ? high : limit - 1, place - below};
  return result;
}

// One source row, widened to float and interpolated along x.
static void bilinear_row(const assay_resize *job, const tap *taps, int y, float *wide, float *out) {
  const uint8_t *row = source_row(job, y);
  int count = job->source_width * job->channels;
  for (int i = 0; i < count; i++) wide[i] = row[i];
  if (job->channels == 3) {
    for (int x = 0; x < job->width; x++) {
      lanes low = *(const lanes *)(wide + taps[x].low);
      lanes high = *(const lanes *)(wide + taps[x].high);
      // The fourth lane lands where the next pixel is written over it.
      *(lanes *)(out + 3 * x) = low + (high - low) * taps[x].fraction;
    }
  } else {
    for (int x = 0; x < job->width; x++) {
      float low = wide[taps[x].low], high = wide[taps[x].high];
      out[x] = low + (high - low) * taps[x].fraction;
    }
  }
}

static assay_status bilinear(const assay_resize *job, float *result) {
  size_t channels = (size_t)job->channels, length = (size_t)job->width * channels;
  // Four floats of room behind each row, for the lanes.
  size_t wide_length = (size_t)job->source_width * channels + 4;
  tap *taps = malloc((size_t)job->width * sizeof *taps);
  float *scratch = malloc((wide_length + 2 * (length + 4)) * sizeof *scratch);
  if (!taps || !scratch) {
    free(taps);
    free(scratch);
    return ASSAY_OUT_OF_MEMORY;
  }
  memset(scratch, 0, wide_length * sizeof *scratch);
  float *rows[2] = {scratch + wide_length, scratch + wide_length + length + 4};
  int held[2] = {-1, -1};
  float scale_x = (float)job->source_width / (float)job->full_width;
  float scale_y = (float)job->source_height / (float)job->full_height;
  for (int x = 0; x < job->width; x++) {
    taps[x] = bilinear_tap(job->left + x, scale_x, job->source_width, job->half_pixel_centres);
    taps[x].low *= job->channels;
    taps[x].high *= job->channels;
  }
  for (int y = 0; y < job->height; y++, result += length) {
    tap vertical = bilinear_tap(job->top + y, scale_y, job->source_height, job->half_pixel_centres);
    // Rows go down the image: what was the lower row is often the upper one now.
    if (held[0] != vertical.low && held[1] == vertical.low) {
      float *row = rows[0];
      rows[0] = rows[1], rows[1] = row;
      held[1] = held[0], held[0] = vertical.low;
    }
    if (held[0] != vertical.low)
      bilinear_row(job, taps, held[0] = vertical.low, scratch, rows[0]);
    const float *top = rows[0], *bottom = rows[0];
    if (vertical.high != vertical.low) {
      if (held[1] != vertical.high)
        bilinear_row(job, taps, held[1] = vertical.high, scratch, rows[1]);
      bottom = rows[1];
    }
    float fraction = vertical.fraction;
    for (size_t i = 0; i < length; i++) result[i] = top[i] + (bottom[i] - top[i]) * fraction;
  }
  free(taps);
  free(scratch);
  return ASSAY_OK;
}

// MARK: Bicubic

// The kernel of Keys (1981) with a = −0.5, sampled at 1024 steps of the fraction.
enum { steps = 1024 };

static float near_weight(int step) {
  const double a = -0.5;
  float x = (float)(step * 1.0 / steps);
  return (float)(((a + 2) * x - (a + 3)) * x * x + 1);
}

static float far_weight(int step) {
  const double a = -0.5;
  float x = (float)(step * 1.0 / steps);
  x = (float)(x + 1.0);
  return (float)(((a * x - 5 * a) * x + 8 * a) * x - 4 * a);
}

typedef struct {
  int index[4];
  float weight[4];
} taps4;

// Taps outside the image get no weight, and the rest is scaled to a sum of 1.
static taps4 bicubic_taps(int target, float scale, int limit) {
  float place = ((float)target + 0.5f) * scale - 0.5f;
  float below = floorf(place);
  int step = (int)lrintf((place - below) * (float)steps);
  float weights[4] = {far_weight(step), near_weight(step), near_weight(steps - step),
                      far_weight(steps - step)};
  taps4 result;
  for (int i = 0; i < 4; i++) {
    int index = (int)below - 1 + i;
    int bound = index < 0 ? 0 : index < limit ? index : limit - 1;
    result.index[i] = bound;
    result.weight[i] = bound == index ? weights[i] : 0.0f;
  }
  float sum = result.weight[0] + result.weight[1] + result.weight[2] + result.weight[3];
  float factor = 1.0f / sum;
  for (int i = 0; i < 4; i++) result.weight[i] *= factor;
  return result;
}

static assay_status bicubic(const assay_resize *job, float *result) {
  size_t channels = (size_t)job->channels;
  size_t source_length = (size_t)job->source_width * channels;
  taps4 *columns = malloc((size_t)job->width * sizeof *columns);
  float *line = malloc(source_length * sizeof *line);
  if (!columns || !line) {
    free(columns);
    free(line);
    return ASSAY_OUT_OF_MEMORY;
  }
  float scale_x = (float)job->source_width / (float)job->full_width;
  float scale_y = (float)job->source_height / (float)job->full_height;
  for (int x = 0; x < job->width; x++)
    columns[x] = bicubic_taps(job->left + x, scale_x, job->source_width);
  for (int y = 0; y < job->height; y++) {
    taps4 rows = bicubic_taps(job->top + y, scale_y, job->source_height);
    const uint8_t *a = source_row(job, rows.index[0]), *b = source_row(job, rows.index[1]);
    const uint8_t *c = source_row(job, rows.index[2]), *d = source_row(job, rows.index[3]);
    const float *w = rows.weight;
    for (size_t i = 0; i < source_length; i++)
      line[i] = (float)a[i] * w[0] + (float)b[i] * w[1] + (float)c[i] * w[2] + (float)d[i] * w[3];
    for (int x = 0; x < job->width; x++) {
      const taps4 *column = &columns[x];
      const float *v = column->weight;
      for (size_t k = 0; k < channels; k++)
        *result++ = line[(size_t)column->index[0] * channels + k] * v[0] +
                    line[(size_t)column->index[1] * channels + k] * v[1] +
                    line[(size_t)column->index[2] * channels + k] * v[2] +
                    line[(size_t)column->index[3] * channels + k] * v[3];
    }
  }
  free(columns);
  free(line);
  return ASSAY_OK;
}

assay_status assay_resize_tensorflow(const assay_resize *job, assay_filter filter, float *result) {
  switch (filter) {
  case ASSAY_NEAREST: return nearest(job, result);
  case ASSAY_BILINEAR: return bilinear(job, result);
  case ASSAY_BICUBIC: return bicubic(job, result);
  default: return ASSAY_NO_CONVERSION;
  }
}
