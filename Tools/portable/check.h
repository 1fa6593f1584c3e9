// What the checks of portable kernels share.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Numbers in −1 … 1, the same on every processor, in memory of whole cache lines.
float *numbers(size_t count);
// As much memory, of zeros.
float *zeros(size_t count);

// Compares results with those in double precision, and prints a line with a name and a number made of their bits.
// What lies further off than `most` of the largest is told, and the program fails in the end.
void check(const char *name, size_t count, const float *results, const double *expected, double most);

// A map in plain order, N · H · W · C, in blocks of channels, N · C/lanes · H · W · lanes, and back.
float *in_blocks(const float *plain, int batch, int pixels, int channels, int lanes);
float *in_plain_order(const float *blocks, int batch, int pixels, int channels, int lanes);

// Windows over a map in plain order: what Keras's Conv2D computes, with padding above and left of it, in double
// precision. The kernel lies as height · width · inputs/groups · outputs.
typedef struct {
  int batch, height, width, inputs, outputs, kernel_height, kernel_width, stride, dilation, top, left, groups;
  int out_height, out_width;
} windows;
double *convolved(const windows *w, const float *source, const float *kernel, const float *bias);

void check_bands(void);
void check_direct(void);
void check_loops(void);
void check_winograd(void);
