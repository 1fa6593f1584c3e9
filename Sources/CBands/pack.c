#include <math.h>
#include <string.h>

#include "bfloat16.h"
#include "internal.h"

size_t cb_pointwise_floats(int inputs, int outputs, cb_products products,
                           cb_instructions instructions) {
  int lanes = cb_lanes(instructions);
  size_t wide = (size_t)(cb_parts(outputs, lanes) * lanes);
  return products == CB_FLOATS ? (size_t)inputs * wide
                               : (size_t)(cb_parts(inputs, cb_step(products)) * 16) * wide;
}

// Pair of inputs · output of the group · input: words of which the lower half is the first input's.
static void pack_halves(int inputs, int outputs, int first, int last, const float *kernel,
                        uint32_t *packed) {
  int wide = last - first, known = (outputs < last ? outputs : last) - first;
  memset(packed, 0, (size_t)(cb_parts(inputs, 32) * 16 * wide) * sizeof *packed);
  for (int i = 0; i < inputs; i += 2, packed += wide) {
    const float *low = kernel + (size_t)i * (size_t)outputs + first, *high = low + outputs;
    if (i + 1 < inputs)
      for (int o = 0; o < known; o++)
        packed[o] = (uint32_t)cl_bfloat16_of(low[o]) | (uint32_t)cl_bfloat16_of(high[o]) << 16;
    else
      for (int o = 0; o < known; o++) packed[o] = cl_bfloat16_of(low[o]);
  }
}

// Group of blocks · input · block · channel, in the order in which the products read it.
void cb_pack_pointwise(int inputs, int outputs, cb_products products,
                       cb_instructions instructions, const float *kernel, float *packed) {
  int lanes = cb_lanes(instructions);
  cb_grouping grouping = cb_grouping_of(outputs, products, lanes);
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
