#include <string.h>

#include "internal.h"

size_t cb_pointwise_floats(int inputs, int outputs, cb_instructions instructions) {
  int lanes = cb_lanes(instructions);
  return (size_t)inputs * (size_t)(cb_parts(outputs, lanes) * lanes);
}

// Group of blocks · input · block · channel, in the order in which the products read it.
void cb_pack_pointwise(int inputs, int outputs, cb_instructions instructions, const float *kernel,
                       float *packed) {
  int lanes = cb_lanes(instructions), blocks = cb_parts(outputs, lanes);
  int groups = cb_parts(blocks, cb_most_blocks(instructions));
  for (int g = 0; g < groups; g++) {
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
