// Copies what windows read to where a product of matrices finds it.
#include <string.h>

#include "internal.h"

// Runs of few values are many, and a call for each would take longer than the copy.
static inline void copy_run(float *to, const float *from, int64_t count) {
  if (count >= 64) {
    memcpy(to, from, (size_t)count * sizeof *to);
    return;
  }
  int64_t i = 0;
  for (; i + 4 <= count; i += 4) memcpy(to + i, from + i, 4 * sizeof *to);
  for (; i < count; i++) to[i] = from[i];
}

static inline void clear_run(float *to, int64_t count) {
  if (count > 0) memset(to, 0, (size_t)count * sizeof *to);
}

// The taps of a row of one window, which begins at `x`; those beyond the row are 0.
static float *gather_line(const cl_gather *g, const float *line, int64_t x, int64_t first_channel,
                          int64_t channels, float *to) {
  int64_t width = g->source[2], taps = g->taps[2];
  if (g->step[2] == 1 && channels == g->channels) {
    // Side by side in the source too.
    int64_t before = cl_least(taps, cl_most(0, -x));
    int64_t end = cl_most(before, cl_least(taps, width - x));
    clear_run(to, before * channels);
    copy_run(to + before * channels, line + (x + before) * channels, (end - before) * channels);
    clear_run(to + end * channels, (taps - end) * channels);
    return to + taps * channels;
  }
  for (int64_t k = 0; k < taps; k++, x += g->step[2], to += channels) {
    if (x < 0 || x >= width) clear_run(to, channels);
    else copy_run(to, line + x * g->channels + first_channel, channels);
  }
  return to;
}

void cl_gather_rows(const cl_gather *g, int64_t begin, int64_t end, int64_t first_channel,
                    int64_t channels, const float *source, float *to) {
  int64_t x = begin % g->result[2], rest = begin / g->result[2];
  int64_t y = rest % g->result[1], z = rest / g->result[1] % g->result[0];
  int64_t image = rest / g->result[1] / g->result[0], line = g->source[2] * g->channels;
  for (int64_t row = begin; row < end; row++) {
    for (int64_t i = 0; i < g->taps[0]; i++)
      for (int64_t j = 0; j < g->taps[1]; j++) {
        int64_t plane = g->first[0] + z * g->stride[0] + i * g->step[0];
        int64_t across = g->first[1] + y * g->stride[1] + j * g->step[1];
        if (plane < 0 || plane >= g->source[0] || across < 0 || across >= g->source[1]) {
          clear_run(to, g->taps[2] * channels);
          to += g->taps[2] * channels;
          continue;
        }
        const float *from = source + ((image * g->source[0] + plane) * g->source[1] + across) * line;
        to = gather_line(g, from, g->first[2] + x * g->stride[2], first_channel, channels, to);
      }
    if (++x < g->result[2]) continue;
    x = 0;
    if (++y < g->result[1]) continue;
    y = 0;
    if (++z < g->result[0]) continue;
    z = 0;
    image++;
  }
}
