#include <math.h>
#include <string.h>

#include "bfloat16.h"
#include "strassen_passes.h"

size_t cb_pointwise_floats(int inputs, int outputs, cb_products products,
                           cb_instructions instructions) {
  int lanes = cb_lanes(instructions);
  size_t wide = (size_t)(cb_parts(outputs, lanes) * lanes);
  if (products == CB_STRASSEN) {
    size_t floats = 0;
    for (int part = 0; part < cb_input_parts(inputs); part++)
      floats += cb_strassen_floats(cb_inputs_of(inputs, lanes, part), cb_parts(outputs, lanes), lanes);
    return floats;
  }
  return (size_t)cb_words(inputs, products) * wide;
}

// Pair of inputs · output of the group · input: words of which the lower half is the first input's.
static void pack_halves(int inputs, int outputs, int first, int last, const float *kernel,
                        uint32_t *packed) {
  int wide = last - first, known = (outputs < last ? outputs : last) - first;
  memset(packed, 0, (size_t)(cb_words(inputs, CB_DOTS) * wide) * sizeof *packed);
  for (int i = 0; i < inputs; i += 2, packed += wide) {
    const float *low = kernel + (size_t)i * (size_t)outputs + first, *high = low + outputs;
    if (i + 1 < inputs)
      for (int o = 0; o < known; o++)
        packed[o] = (uint32_t)cl_bfloat16_of(low[o]) | (uint32_t)cl_bfloat16_of(high[o]) << 16;
    else
      for (int o = 0; o < known; o++) packed[o] = cl_bfloat16_of(low[o]);
  }
}

// The signs of w11, w12, w22 and w21 in each kernel of a pass, which are added in this order.
static const float signs[CB_NO_KERNEL][4] = {
    [CB_W11] = {1}, [CB_W21] = {0, 0, 0, 1}, [CB_W22] = {0, 0, 1}, [CB_T1] = {-1, 1},
    [CB_T2] = {1, -1, 1}, [CB_T3] = {0, -1, 1}, [CB_T4] = {-1, 1, -1, 1},
};

// What is packed of a kernel of inputs · outputs.
typedef struct {
  int inputs, outputs;
  const float *values;
} weights;

// Adds an input's weights of `wide` outputs, as far as there are any.
static void add_row(weights w, float sign, int input, int output, int wide, float *sums) {
  const float *row = w.values + (size_t)input * (size_t)w.outputs + output;
  int count = w.outputs - output < wide ? w.outputs - output : wide;
  for (int o = 0; o < count; o++) sums[o] += sign * row[o];
}

// Pass · input · block · channel of some inputs and the outputs from `first` up to `last`.
static float *pack_passes(weights w, cb_inputs some, int first, int last, int lanes, float *packed) {
  int blocks = (last - first) / lanes, others = first + (blocks - blocks / 2) * lanes;
  for (const cb_pass *p = cb_passes; p < cb_passes + CB_PASSES; p++) {
    int inputs = cb_pass_inputs(p, some), wide = cb_pass_blocks(p, blocks) * lanes;
    for (int i = 0; i < inputs; i++, packed += wide) {
      // To −0 every number can be added and stays as it is.
      for (int o = 0; o < wide; o++) packed[o] = -0.0f;
      for (int quarter = 0; quarter < 4; quarter++) {
        float sign = signs[p->kernel][quarter];
        int input = i + (quarter >= 2 ? some.half : 0);
        int output = quarter == 1 || quarter == 2 ? others : first;
        if (sign != 0 && input < some.inputs) add_row(w, sign, some.first + input, output, wide, packed);
      }
    }
  }
  return packed;
}

// Part of the inputs · group of blocks · pass · input · block · channel.
static void pack_strassen(weights w, cb_grouping grouping, int lanes, float *packed) {
  for (int part = 0; part < cb_input_parts(w.inputs); part++) {
    cb_inputs some = cb_inputs_of(w.inputs, lanes, part);
    for (int g = 0; g < grouping.count; g++)
      packed = pack_passes(w, some, cb_group_begin(grouping, g) * lanes, cb_group_begin(grouping, g + 1) * lanes, lanes,
                           packed);
  }
}

// Group of blocks · input · block · channel, in the order in which the products read it.
void cb_pack_pointwise(int inputs, int outputs, cb_products products,
                       cb_instructions instructions, const float *kernel, float *packed) {
  int lanes = cb_lanes(instructions);
  cb_grouping grouping = cb_grouping_of(outputs, products, lanes);
  if (products == CB_STRASSEN) {
    pack_strassen((weights){inputs, outputs, kernel}, grouping, lanes, packed);
    return;
  }
  for (int g = 0; g < grouping.count; g++) {
    int first = cb_group_begin(grouping, g) * lanes, last = cb_group_begin(grouping, g + 1) * lanes;
    if (products != CB_FLOATS) {
      pack_halves(inputs, outputs, first, last, kernel, (uint32_t *)packed);
      packed += cb_pointwise_floats(inputs, last - first, products, instructions);
      continue;
    }
    int known = last < outputs ? last : outputs;
    for (int i = 0; i < inputs; i++) {
      memcpy(packed, kernel + (size_t)i * (size_t)outputs + first,
             (size_t)(known - first) * sizeof(float));
      memset(packed + (known - first), 0, (size_t)(last - known) * sizeof(float));
      packed += last - first;
    }
  }
}

// Four inputs · output of the group · input, in groups of two blocks.
void cb_pack_bytes(int inputs, int outputs, cb_instructions instructions, const float *kernel,
                   float *packed, float *steps, float *sums) {
  int lanes = cb_lanes(instructions), blocks = cb_parts(outputs, lanes);
  size_t rows = (size_t)cb_parts(inputs, 64) * 16;
  memset(packed, 0, rows * 4 * (size_t)(blocks * lanes));
  for (int o = 0; o < outputs; o++) {
    float most = 0, sum = 0;
    for (int i = 0; i < inputs; i++)
      most = fmaxf(most, fabsf(kernel[(size_t)i * (size_t)outputs + (size_t)o]));
    // A kernel of zeros stays one.
    steps[o] = most > 0 ? most / 127 : 1;
    int group = o / (2 * lanes), first = group * 2 * lanes;
    int wide = blocks * lanes - first < 2 * lanes ? blocks * lanes - first : 2 * lanes;
    int8_t *to = (int8_t *)packed + rows * 4 * (size_t)first + (size_t)(o - first) * 4;
    for (int i = 0; i < inputs; i++) {
      float q = rintf(kernel[(size_t)i * (size_t)outputs + (size_t)o] / steps[o]);
      to[(size_t)(i / 4 * wide) * 4 + (size_t)(i % 4)] = (int8_t)q;
      sum += q;
    }
    sums[o] = sum;
  }
}

size_t cb_depthwise_floats(int channels, int taps, cb_instructions instructions) {
  int lanes = cb_lanes(instructions);
  return (size_t)(cb_parts(channels, lanes) * lanes) * (size_t)taps;
}

// Block · tap · channel.
void cb_pack_depthwise(int channels, int taps, cb_instructions instructions, const float *kernel,
                       float *packed) {
  int lanes = cb_lanes(instructions);
  for (int first = 0; first < channels; first += lanes)
    for (int tap = 0; tap < taps; tap++)
      for (int c = first; c < first + lanes; c++)
        *packed++ = c < channels ? kernel[(size_t)tap * (size_t)channels + (size_t)c] : 0;
}

// Measured on a Zen 4, one thread, AVX-512: 1.06 times as quick at 128 to 256 inputs and outputs, 1.1 at 384, 1.0 at 96.
// For few pixels the kernel, which is 1.75 times as large, comes from the memory: at 7×7 0.99 to 1.05.
bool cb_pays_strassen(int inputs, int outputs, int height, int width) {
  return inputs >= 128 && outputs >= 128 && height * width >= 96;
}
