#include <string.h>

#include "internal.h"

// Inputs that a product of tiles adds up.
enum { STEP = 32 };

size_t cb_pointwise_floats(int inputs, int outputs, cb_products products,
                           cb_instructions instructions) {
  int lanes = cb_lanes(instructions);
  size_t wide = (size_t)(cb_parts(outputs, lanes) * lanes);
  return products == CB_FLOATS ? (size_t)inputs * wide
                               : (size_t)(cb_parts(inputs, STEP) * STEP / 2) * wide;
}

static uint16_t bf16_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (value != value) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// Pair of inputs · output of the group · input.
static void pack_halves(int inputs, int outputs, int first, int last, const float *kernel,
                        uint16_t *packed) {
  int wide = last - first, known = (outputs < last ? outputs : last) - first;
  memset(packed, 0, (size_t)(cb_parts(inputs, STEP) * STEP * wide) * sizeof *packed);
  for (int i = 0; i < inputs; i++) {
    uint16_t *to = packed + (size_t)(i / 2 * wide) * 2 + i % 2;
    const float *from = kernel + (size_t)i * (size_t)outputs + first;
    for (int o = 0; o < known; o++) to[2 * o] = bf16_of(from[o]);
  }
}

// Group of blocks · input · block · channel, in the order in which the products read it.
void cb_pack_pointwise(int inputs, int outputs, cb_products products,
                       cb_instructions instructions, const float *kernel, float *packed) {
  int lanes = cb_lanes(instructions), blocks = cb_parts(outputs, lanes);
  int groups = cb_parts(blocks, cb_most_blocks(products, instructions));
  for (int g = 0; g < groups; g++) {
    if (products != CB_FLOATS) {
      // All groups but the last have two blocks.
      int last = 2 * (g + 1) < blocks ? 2 * (g + 1) : blocks;
      pack_halves(inputs, outputs, 2 * g * lanes, last * lanes, kernel, (uint16_t *)packed);
      packed += cb_pointwise_floats(inputs, (last - 2 * g) * lanes, products, instructions);
      continue;
    }
    int first = cb_share(blocks, g, groups) * lanes, last = cb_share(blocks, g + 1, groups) * lanes;
    int known = last < outputs ? last : outputs;
    for (int i = 0; i < inputs; i++) {
      memcpy(packed, kernel + (size_t)i * (size_t)outputs + first,
             (size_t)(known - first) * sizeof(float));
      memset(packed + (known - first), 0, (size_t)(last - known) * sizeof(float));
      packed += last - first;
    }
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
