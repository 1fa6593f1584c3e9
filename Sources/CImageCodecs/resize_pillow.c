// `PIL.Image.resize` to the byte: two passes with uint8 between them, weights in fixed point. The
// rounding between the passes makes their order part of the result: see vertical_first.
#pragma STDC FP_CONTRACT OFF

#include "pillow_axis.h"

#include <stdlib.h>
#include <string.h>

static uint8_t clip(int32_t sum) {
  int32_t value = sum >> ASSAY_PRECISION;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

// MARK: Passes

static void horizontal_row(const assay_axis *a, const uint8_t *row, int width, int channels,
                           uint8_t *out) {
  const int32_t half = 1 << (ASSAY_PRECISION - 1);
  for (int x = 0; x < width; x++) {
    const int32_t *w = a->weights + (size_t)x * (size_t)a->size;
    const uint8_t *from = row + (size_t)a->first[x] * (size_t)channels;
    int count = a->count[x];
    if (channels == 3) {
      int32_t r = half, g = half, b = half;
      for (int k = 0; k < count; k++, from += 3) {
        r += from[0] * w[k];
        g += from[1] * w[k];
        b += from[2] * w[k];
      }
      out[3 * x] = clip(r);
      out[3 * x + 1] = clip(g);
      out[3 * x + 2] = clip(b);
    } else {
      int32_t sum = half;
      for (int k = 0; k < count; k++) sum += from[k] * w[k];
      out[x] = clip(sum);
    }
  }
}

// Sixty-four sums at a time: they stay in registers or the first cache while the rows go by.
static void vertical_row(const uint8_t *rows, size_t stride, const int32_t *w, int count,
                         size_t length, uint8_t *out) {
  enum { block = 64 };
  int32_t sums[block];
  for (size_t start = 0; start < length; start += block) {
    size_t size = length - start < block ? length - start : block;
    for (size_t i = 0; i < size; i++) sums[i] = 1 << (ASSAY_PRECISION - 1);
    for (int k = 0; k < count; k++) {
      const uint8_t *row = rows + (size_t)k * stride + start;
      int32_t factor = w[k];
      for (size_t i = 0; i < size; i++) sums[i] += row[i] * factor;
    }
    for (size_t i = 0; i < size; i++) out[start + i] = clip(sums[i]);
  }
}

// Rows or columns of the source: those that a window needs.
typedef struct {
  int start, end;
} span;

static span needed(const assay_axis *a, int filtered, int start, int length) {
  span all = {start, start + length};
  if (filtered) {
    all.start = a->first[0];
    all.end = a->first[length - 1] + a->count[length - 1];
  }
  return all;
}

// Across into `between`, then down.
static void across_then_down(const assay_resize *job, const assay_axis *across, const assay_axis *down,
                             uint8_t *between, span rows, uint8_t *result) {
  size_t length = (size_t)job->width * (size_t)job->channels;
  for (int y = rows.start; y < rows.end; y++)
    horizontal_row(across, job->pixels + (size_t)y * job->stride, job->width, job->channels,
                   between + (size_t)(y - rows.start) * length);
  for (int y = 0; y < job->height; y++, result += length)
    vertical_row(between + (size_t)(down->first[y] - rows.start) * length, length,
                 down->weights + (size_t)y * (size_t)down->size, down->count[y], length, result);
}

// Down into `between`, one row at a time, then across.
static void down_then_across(const assay_resize *job, const assay_axis *across, const assay_axis *down,
                             uint8_t *between, span columns, uint8_t *result) {
  size_t channels = (size_t)job->channels;
  size_t offset = (size_t)columns.start * channels;
  size_t length = (size_t)(columns.end - columns.start) * channels;
  for (int y = 0; y < job->height; y++, result += (size_t)job->width * channels) {
    vertical_row(job->pixels + (size_t)down->first[y] * job->stride + offset, job->stride,
                 down->weights + (size_t)y * (size_t)down->size, down->count[y], length,
                 between + offset);
    horizontal_row(across, between, job->width, job->channels, result);
  }
}

// One axis keeps its extent, and is not filtered at all.
static void one_pass(const assay_resize *job, const assay_axis *across, const assay_axis *down,
                     uint8_t *result) {
  size_t channels = (size_t)job->channels, length = (size_t)job->width * channels;
  size_t offset = (size_t)job->left * channels;
  for (int y = 0; y < job->height; y++, result += length) {
    if (job->source_width != job->full_width) {
      horizontal_row(across, job->pixels + (size_t)(job->top + y) * job->stride, job->width,
                     job->channels, result);
    } else if (job->source_height != job->full_height) {
      vertical_row(job->pixels + (size_t)down->first[y] * job->stride + offset, job->stride,
                   down->weights + (size_t)y * (size_t)down->size, down->count[y], length, result);
    } else {
      memcpy(result, job->pixels + (size_t)(job->top + y) * job->stride + offset, length);
    }
  }
}

// Pillow 13 goes down first where the height loses more than twice the pixels that the width
// does; older versions never do. Found by comparing 2900 resizes with both orders: no exception.
static int vertical_first(const assay_resize *job) {
  int loss = job->source_height - job->full_height;
  return loss > 0 && loss > 2 * (job->source_width - job->full_width);
}

static assay_status two_passes(const assay_resize *job, assay_filter filter, uint8_t *result) {
  assay_axis across = {0}, down = {0};
  assay_status status = ASSAY_OUT_OF_MEMORY;
  uint8_t *between = NULL;
  if (!assay_make_axis(&across, filter, job->source_width, job->full_width, job->left, job->width) ||
      !assay_make_axis(&down, filter, job->source_height, job->full_height, job->top, job->height))
    goto done;
  int filter_across = job->source_width != job->full_width;
  int filter_down = job->source_height != job->full_height;
  span rows = needed(&down, filter_down, job->top, job->height);
  span columns = needed(&across, filter_across, job->left, job->width);
  size_t channels = (size_t)job->channels;
  if (!filter_across || !filter_down) {
    one_pass(job, &across, &down, result);
  } else if (vertical_first(job)) {
    between = malloc((size_t)columns.end * channels);
    if (!between) goto done;
    down_then_across(job, &across, &down, between, columns, result);
  } else {
    between = malloc((size_t)(rows.end - rows.start) * (size_t)job->width * channels);
    if (!between) goto done;
    across_then_down(job, &across, &down, between, rows, result);
  }
  status = ASSAY_OK;
done:
  free(between);
  assay_free_axis(&across);
  assay_free_axis(&down);
  return status;
}

// Pillow walks along the source by adding the scale, so its rounding errors add up as well.
static void walk(int source, int full, int start, int length, int *indices) {
  double step = (double)source / full, place = step * 0.5;
  for (int i = 0; i < start + length; i++, place += step) {
    int index = place < 0.0 ? -1 : (int)place;
    if (i >= start) indices[i - start] = index < source ? index : -1;
  }
}

static assay_status nearest(const assay_resize *job, uint8_t *result) {
  int *columns = malloc(((size_t)job->width + (size_t)job->height) * sizeof *columns);
  if (!columns) return ASSAY_OUT_OF_MEMORY;
  int *rows = columns + job->width;
  size_t channels = (size_t)job->channels;
  walk(job->source_width, job->full_width, job->left, job->width, columns);
  walk(job->source_height, job->full_height, job->top, job->height, rows);
  for (int y = 0; y < job->height; y++)
    for (int x = 0; x < job->width; x++, result += channels) {
      if (rows[y] < 0 || columns[x] < 0) {
        memset(result, 0, channels);
        continue;
      }
      const uint8_t *from =
          job->pixels + (size_t)rows[y] * job->stride + (size_t)columns[x] * channels;
      for (size_t c = 0; c < channels; c++) result[c] = from[c];
    }
  free(columns);
  return ASSAY_OK;
}

assay_status assay_resize_pillow(const assay_resize *job, assay_filter filter, uint8_t *result) {
  return filter == ASSAY_NEAREST ? nearest(job, result) : two_passes(job, filter, result);
}
