// Runs the kernels' portable path, compares its results with double precision, and prints a line for each that tells
// its bits: on every processor the same.
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

// Vigna's SplitMix64.
static uint64_t next_bits(void) {
  static uint64_t state = 7;
  uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

float *zeros(size_t count) {
  size_t bytes = (count * sizeof(float) + 127) / 64 * 64;
  float *memory = aligned_alloc(64, bytes);
  if (!memory) abort();
  return memset(memory, 0, bytes);
}

float *numbers(size_t count) {
  float *result = zeros(count);
  for (size_t i = 0; i < count; i++)
    result[i] = (float)((int64_t)(next_bits() >> 40) - (1 << 23)) / (float)(1 << 23);
  return result;
}

void check(const char *name, size_t count, const float *results, const double *expected, double most) {
  double largest = 0, worst = 0;
  uint64_t bits = 0xcbf29ce484222325u;  // Fowler, Noll and Vo's hash
  for (size_t i = 0; i < count; i++) {
    uint32_t word;
    memcpy(&word, &results[i], sizeof word);
    bits = (bits ^ word) * 0x100000001b3u;
    if (fabs(expected[i]) > largest) largest = fabs(expected[i]);
    // A comparison that not a number fails as well.
    if (!(fabs(results[i] - expected[i]) <= worst)) worst = fabs(results[i] - expected[i]);
  }
  printf("%-32s %016llx\n", name, (unsigned long long)bits);
  if (worst <= most * largest) return;
  failures++;
  fprintf(stderr, "%s: %g of the largest, %g, where %g is allowed\n", name, worst / largest, largest, most);
}

float *in_blocks(const float *plain, int batch, int pixels, int channels, int lanes) {
  int blocks = (channels + lanes - 1) / lanes;
  float *result = zeros((size_t)batch * (size_t)pixels * (size_t)(blocks * lanes));
  for (int n = 0; n < batch; n++)
    for (int p = 0; p < pixels; p++)
      for (int c = 0; c < channels; c++)
        result[((n * blocks + c / lanes) * pixels + p) * lanes + c % lanes] =
            plain[(n * pixels + p) * channels + c];
  return result;
}

float *in_plain_order(const float *from, int batch, int pixels, int channels, int lanes) {
  int blocks = (channels + lanes - 1) / lanes;
  float *result = zeros((size_t)batch * (size_t)pixels * (size_t)channels);
  for (int n = 0; n < batch; n++)
    for (int p = 0; p < pixels; p++)
      for (int c = 0; c < channels; c++)
        result[(n * pixels + p) * channels + c] =
            from[((n * blocks + c / lanes) * pixels + p) * lanes + c % lanes];
  return result;
}

double *convolved(const windows *w, const float *source, const float *kernel, const float *bias) {
  double *result = calloc((size_t)(w->batch * w->out_height * w->out_width * w->outputs), sizeof *result);
  if (!result) abort();
  int group_inputs = w->inputs / w->groups, group_outputs = w->outputs / w->groups;
  double *to = result;
  for (int n = 0; n < w->batch; n++)
    for (int y = 0; y < w->out_height; y++)
      for (int x = 0; x < w->out_width; x++)
        for (int o = 0; o < w->outputs; o++, to++) {
          if (bias) *to = bias[o];
          for (int ky = 0; ky < w->kernel_height; ky++)
            for (int kx = 0; kx < w->kernel_width; kx++) {
              int row = y * w->stride + ky * w->dilation - w->top;
              int column = x * w->stride + kx * w->dilation - w->left;
              if (row < 0 || row >= w->height || column < 0 || column >= w->width) continue;
              for (int i = 0; i < group_inputs; i++)
                *to += (double)source[((n * w->height + row) * w->width + column) * w->inputs +
                                      o / group_outputs * group_inputs + i] *
                       (double)kernel[((ky * w->kernel_width + kx) * group_inputs + i) * w->outputs + o];
            }
        }
  return result;
}

int main(void) {
  check_bands();
  check_direct();
  check_loops();
  check_winograd();
  return failures > 0;
}
