// Copies what windows read to where a product of matrices finds it.
#include <string.h>

#include "internal.h"

// Runs of few values are many, and a call for each would take longer than the copy.
static inline __attribute__((always_inline)) void copy_run(float *to, const float *from,
                                                           int64_t count) {
  enum { FOUR = 4 * sizeof *to };
  if (count >= 64) {
    memcpy(to, from, (size_t)count * sizeof *to);
  } else if (count >= 4) {
    // The last four may have been copied in part.
    for (int64_t i = 0; i < count - 4; i += 4) memcpy(to + i, from + i, FOUR);
    memcpy(to + count - 4, from + count - 4, FOUR);
  } else {
    if (count > 0) to[0] = from[0];
    if (count > 1) to[1] = from[1];
    if (count > 2) to[2] = from[2];
  }
}

static inline void clear_run(float *to, int64_t count) {
  if (count > 0) memset(to, 0, (size_t)count * sizeof *to);
}

// One line of taps for results side by side. Where windows lie within the line and all channels are
// read, their taps lie side by side in it too.
static void gather_line(const cl_gather *g, const float *line, int64_t x, int64_t results,
                        int64_t first_channel, int64_t channels, float *to, int64_t row) {
  int64_t width = g->source[2], taps = g->taps[2], step = g->step[2];
  bool runs = step == 1 && channels == g->channels;
  int64_t run = taps * channels, stride = g->stride[2];
  for (int64_t i = 0; i < results; i++, x += stride, to += row) {
    if (runs && x >= 0 && x <= width - taps) {
      copy_run(to, line + x * channels, run);
      continue;
    }
    const float *from = line + first_channel;
    for (int64_t k = 0, at = x; k < taps; k++, at += step) {
      if (at < 0 || at >= width) clear_run(to + k * channels, channels);
      else copy_run(to + k * channels, from + at * g->channels, channels);
    }
  }
}

// All taps for results side by side.
static void gather_row(const cl_gather *g, int64_t image, int64_t z, int64_t y, int64_t x,
                       int64_t results, int64_t first_channel, int64_t channels,
                       const float *source, float *to) {
  int64_t line = g->source[2] * g->channels, run = g->taps[2] * channels;
  int64_t row = g->taps[0] * g->taps[1] * run;
  for (int64_t i = 0; i < g->taps[0]; i++)
    for (int64_t j = 0; j < g->taps[1]; j++, to += run) {
      int64_t plane = g->first[0] + z * g->stride[0] + i * g->step[0];
      int64_t across = g->first[1] + y * g->stride[1] + j * g->step[1];
      if (plane < 0 || plane >= g->source[0] || across < 0 || across >= g->source[1]) {
        for (int64_t r = 0; r < results; r++) clear_run(to + r * row, run);
        continue;
      }
      const float *from = source + ((image * g->source[0] + plane) * g->source[1] + across) * line;
      gather_line(g, from, g->first[2] + x * g->stride[2], results, first_channel, channels, to, row);
    }
}

void cl_gather_rows(const cl_gather *g, int64_t begin, int64_t end, int64_t first_channel,
                    int64_t channels, const float *source, float *to) {
  int64_t values = g->taps[0] * g->taps[1] * g->taps[2] * channels;
  for (int64_t row = begin; row < end;) {
    int64_t x = row % g->result[2], rest = row / g->result[2];
    int64_t y = rest % g->result[1], z = rest / g->result[1] % g->result[0];
    int64_t image = rest / g->result[1] / g->result[0];
    int64_t results = cl_least(end - row, g->result[2] - x);
    gather_row(g, image, z, y, x, results, first_channel, channels, source, to);
    to += results * values;
    row += results;
  }
}
