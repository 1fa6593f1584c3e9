// `PIL.Image.resize` to the byte: two passes with uint8 between them, weights in fixed point. The
// rounding between the passes makes their order part of the result: see vertical_first.
#pragma STDC FP_CONTRACT OFF

#include "pillow_axis.h"

#include <stdlib.h>
#include <string.h>

// What a resize goes by.
typedef struct {
  const assay_resize *job;
  assay_axis across, down;
  assay_span columns, rows;  // of the source
  assay_pillow_across *filter_across;
  assay_pillow_down *filter_down;
  uint8_t *pairs;    // eight bytes for each of the columns
  uint8_t *between;  // what the first of two passes leaves to the second
} resize;

static assay_span needed(const assay_axis *a, bool filtered, int start, int length) {
  if (!filtered) return (assay_span){start, start + length};
  return (assay_span){a->first[0], a->first[length - 1] + a->count[length - 1]};
}

// Filters `count` rows across, two at a time; the last of an odd number is its own neighbour.
static void across(const resize *r, const uint8_t *rows, size_t stride, int count, uint8_t *results) {
  size_t length = (size_t)r->job->width * (size_t)r->job->channels;
  for (int y = 0; y < count; y += 2) {
    size_t next = y + 1 < count;
    const uint8_t *row = rows + (size_t)y * stride;
    uint8_t *result = results + (size_t)y * length;
    r->filter_across(&r->across, (const uint8_t *const[2]){row, row + next * stride}, r->columns,
                     r->job->width, r->job->channels, r->pairs,
                     (uint8_t *const[2]){result, result + next * length});
  }
}

// Filters the rows that result `y` is made of, of which `rows` is the first of all.
static void down(const resize *r, int y, const uint8_t *rows, size_t stride, size_t length,
                 uint8_t *result) {
  r->filter_down(rows + (size_t)(r->down.first[y] - r->rows.start) * stride, stride,
                 r->down.weights + (size_t)y * (size_t)r->down.size, r->down.count[y], length, result);
}

static const uint8_t *source_row(const resize *r, int y) {
  return r->job->pixels + (size_t)y * r->job->stride;
}

static void across_then_down(const resize *r, uint8_t *result) {
  size_t length = (size_t)r->job->width * (size_t)r->job->channels;
  across(r, source_row(r, r->rows.start), r->job->stride, r->rows.end - r->rows.start, r->between);
  for (int y = 0; y < r->job->height; y++, result += length)
    down(r, y, r->between, length, length, result);
}

// One row of results at a time.
static void down_then_across(const resize *r, uint8_t *result) {
  size_t channels = (size_t)r->job->channels, offset = (size_t)r->columns.start * channels;
  size_t length = (size_t)(r->columns.end - r->columns.start) * channels;
  for (int y = 0; y < r->job->height; y++, result += (size_t)r->job->width * channels) {
    down(r, y, source_row(r, r->rows.start) + offset, r->job->stride, length, r->between + offset);
    across(r, r->between, 0, 1, result);
  }
}

// One axis keeps its extent, and is not filtered at all.
static void one_pass(const resize *r, uint8_t *result) {
  const assay_resize *job = r->job;
  size_t channels = (size_t)job->channels, length = (size_t)job->width * channels;
  size_t offset = (size_t)job->left * channels;
  if (job->source_width != job->full_width) {
    across(r, source_row(r, job->top), job->stride, job->height, result);
    return;
  }
  for (int y = 0; y < job->height; y++, result += length) {
    if (job->source_height != job->full_height)
      down(r, y, source_row(r, r->rows.start) + offset, job->stride, length, result);
    else memcpy(result, source_row(r, job->top + y) + offset, length);
  }
}

// Pillow 13 goes down first where the height loses more than twice the pixels that the width
// does; older versions never do. Found by comparing 2900 resizes with both orders: no exception.
static int vertical_first(const assay_resize *job) {
  int loss = job->source_height - job->full_height;
  return loss > 0 && loss > 2 * (job->source_width - job->full_width);
}

static assay_status filtered(const assay_resize *job, assay_filter filter, bool portable, uint8_t *result) {
  resize r = {.job = job, .filter_across = assay_pillow_across_portable,
              .filter_down = assay_pillow_down_portable};
#if defined(__x86_64__)
  if (!portable && __builtin_cpu_supports("avx2")) {
    r.filter_across = assay_pillow_across_avx2;
    r.filter_down = assay_pillow_down_avx2;
  }
#endif
  (void)portable;
  assay_status status = ASSAY_OUT_OF_MEMORY;
  if (!assay_make_axis(&r.across, filter, job->source_width, job->full_width, job->left, job->width) ||
      !assay_make_axis(&r.down, filter, job->source_height, job->full_height, job->top, job->height))
    goto done;
  bool filter_across = job->source_width != job->full_width;
  bool filter_down = job->source_height != job->full_height;
  r.rows = needed(&r.down, filter_down, job->top, job->height);
  r.columns = needed(&r.across, filter_across, job->left, job->width);
  bool both = filter_across && filter_down, down_first = both && vertical_first(job);
  size_t width = (size_t)(down_first ? r.columns.end : job->width);
  size_t height = (size_t)(down_first ? 1 : r.rows.end - r.rows.start);
  r.pairs = malloc(8 * (size_t)(r.columns.end - r.columns.start));
  if (both) r.between = malloc(height * width * (size_t)job->channels);
  if (!r.pairs || (both && !r.between)) goto done;
  if (!both) one_pass(&r, result);
  else if (down_first) down_then_across(&r, result);
  else across_then_down(&r, result);
  status = ASSAY_OK;
done:
  free(r.pairs);
  free(r.between);
  assay_free_axis(&r.across);
  assay_free_axis(&r.down);
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

assay_status assay_resize_pillow(const assay_resize *job, assay_filter filter, bool portable,
                                 uint8_t *result) {
  return filter == ASSAY_NEAREST ? nearest(job, result) : filtered(job, filter, portable, result);
}
