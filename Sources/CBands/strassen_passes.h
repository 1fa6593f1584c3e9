// CB_STRASSEN: seven products of halves in place of eight.
//
// The pixels of a segment, some inputs of them and the outputs of a group are halved. With x12 for the last inputs of the
// first pixels, and w12 for the kernel of the first inputs and the last outputs, Winograd's form of Strassen's algorithm
// (Strassen 1969; Probert 1976) is
//   s1 = x21 + x22   s2 = s1 − x11    s3 = x11 − x21   s4 = x12 − s2
//   t1 = w12 − w11   t2 = w22 − t1    t3 = w22 − w12   t4 = w21 − t2
//   p = x11·w11      q = p + s2·t2    u = q + s3·t3    v = s1·t1
//   y11 = p + x12·w21   y21 = u + x22·t4   y12 = q + v + s4·w22   y22 = u + v
// A pixel's results so depend on its other half, which is always the same pixel of its image.
#pragma once

#include "internal.h"

// What a pass adds the products of: sums of parts of the map, parts of the map, or none.
typedef enum { CB_S1, CB_S2, CB_S3, CB_S4, CB_X11, CB_X12, CB_X22, CB_NO_PIXELS } cb_half_pixels;
// By which kernel.
typedef enum { CB_W11, CB_W21, CB_W22, CB_T1, CB_T2, CB_T3, CB_T4, CB_NO_KERNEL } cb_half_kernel;
// The sums that it goes on from and writes to, or the results that it adds to: of the first pixels or the others.
typedef enum { CB_P_OR_Q, CB_U, CB_V, CB_SUMS, CB_Y1 = CB_SUMS, CB_Y2, CB_NO_SUMS } cb_half_sums;

typedef struct {
  cb_half_pixels pixels;
  cb_half_kernel kernel;
  cb_half_sums from[2], to;
  cb_half_sums fetched;  // the results that are written next, whose memory is fetched meanwhile
  bool first_inputs;  // whether it has the first half of the inputs, else the second, which may be the smaller
  bool last_outputs;
} cb_pass;

enum { CB_PASSES = 8 };

// In the order in which their kernels are packed.
static const cb_pass cb_passes[CB_PASSES] = {
    {CB_X11, CB_W11, {CB_NO_SUMS, CB_NO_SUMS}, CB_P_OR_Q, CB_Y1, true, false},
    {CB_X12, CB_W21, {CB_P_OR_Q, CB_NO_SUMS}, CB_Y1, CB_NO_SUMS, false, false},
    {CB_S2, CB_T2, {CB_P_OR_Q, CB_NO_SUMS}, CB_P_OR_Q, CB_Y2, true, false},
    {CB_S3, CB_T3, {CB_P_OR_Q, CB_NO_SUMS}, CB_U, CB_NO_SUMS, true, false},
    {CB_X22, CB_T4, {CB_U, CB_NO_SUMS}, CB_Y2, CB_NO_SUMS, false, false},
    {CB_S1, CB_T1, {CB_NO_SUMS, CB_NO_SUMS}, CB_V, CB_Y1, true, true},
    {CB_S4, CB_W22, {CB_P_OR_Q, CB_V}, CB_Y1, CB_Y2, false, true},
    {CB_NO_PIXELS, CB_NO_KERNEL, {CB_U, CB_V}, CB_Y2, CB_NO_SUMS, false, true},
};

// Some inputs, which are halved by themselves: the sums of more would not stay in the second cache.
typedef struct {
  int first, inputs;
  int half;  // the inputs of the first half: whole blocks
} cb_inputs;

static inline int cb_input_parts(int inputs) { return cb_parts(inputs, 768); }

static inline cb_inputs cb_inputs_of(int inputs, int lanes, int part) {
  int parts = cb_input_parts(inputs), blocks = cb_parts(inputs, lanes);
  int first = cb_share(blocks, part, parts), last = cb_share(blocks, part + 1, parts);
  cb_inputs some = {.first = first * lanes, .half = (last - first + 1) / 2 * lanes};
  some.inputs = (part == parts - 1 ? inputs : last * lanes) - some.first;
  return some;
}

static inline int cb_pass_inputs(const cb_pass *pass, cb_inputs some) {
  int first = some.half < some.inputs ? some.half : some.inputs;
  return pass->kernel == CB_NO_KERNEL ? 0 : pass->first_inputs ? first : some.inputs - first;
}

// The blocks of so many that a pass computes: the first ones are the more.
static inline int cb_pass_blocks(const cb_pass *pass, int blocks) {
  return pass->last_outputs ? blocks / 2 : blocks - blocks / 2;
}

// The floats of the packed kernel of some inputs and so many blocks of outputs, from the first one on: of groups, whose
// halves are alike but in the last one.
static inline size_t cb_strassen_floats(cb_inputs some, int blocks, int lanes) {
  size_t floats = 0;
  for (const cb_pass *p = cb_passes; p < cb_passes + CB_PASSES; p++)
    floats += (size_t)cb_pass_inputs(p, some) * (size_t)(cb_pass_blocks(p, blocks) * lanes);
  return floats;
}

// The memory of a pair of pixels: of four sums of halves of its inputs, and of the sums between the passes.
static inline size_t cb_pair_floats(int inputs, int lanes) {
  int most = (cb_most_blocks(CB_STRASSEN, lanes) + 1) / 2, parts = cb_input_parts(inputs);
  int half = (cb_parts(cb_parts(inputs, lanes), parts) + 1) / 2;
  return (size_t)((4 * half + CB_SUMS * most) * lanes);
}
