#include <math.h>
#include <string.h>

#include "bfloat16.h"
#include "internal.h"

size_t cd_kernel_bytes(const cd_convolution *c, cd_instructions instructions) {
  size_t inputs =
      (size_t)cd_blocks(&c->source, instructions) * (size_t)cd_block(&c->source, instructions);
  return inputs * (size_t)(c->kernel_height * c->kernel_width) * (size_t)c->outputs *
         (size_t)cd_bytes_of(c->source.type);
}

// The words of a kernel as the products read them: pair of blocks of outputs · tap · block of inputs ·
// word of a pixel · output · the values in a word.
void cd_pack_kernel(const cd_convolution *c, cd_instructions instructions, int inputs,
                    const float *kernel, void *packed, float *steps, float *sums) {
  int lanes = cd_lanes(instructions), block = cd_block(&c->source, instructions);
  int blocks = cd_blocks(&c->source, instructions), size = cd_bytes_of(c->source.type);
  int places = c->kernel_height * c->kernel_width, values = 4 / size;
  size_t count = (size_t)places * (size_t)inputs;
  bool whole = c->source.type == CD_U8;
  if (whole) {
    for (int o = 0; o < c->outputs; o++) steps[o] = sums[o] = 0;
    for (size_t i = 0; i < count; i++)
      for (int o = 0; o < c->outputs; o++)
        steps[o] = fmaxf(steps[o], fabsf(kernel[i * (size_t)c->outputs + (size_t)o]));
    // A kernel of zeros stays one.
    for (int o = 0; o < c->outputs; o++) steps[o] = steps[o] > 0 ? steps[o] / 127 : 1;
  }
  char *to = packed;
  for (int first = 0; first < c->outputs; first += 2 * lanes) {
    int wide = c->outputs - first < 2 * lanes ? c->outputs - first : 2 * lanes;
    for (int place = 0; place < places; place++)
      for (int channel = 0; channel < blocks * block; channel += values)
        for (int o = first; o < first + wide; o++)
          for (int v = 0; v < values; v++, to += size) {
            int input = channel + v;
            float value = 0;
            if (input < inputs)
              value = kernel[((size_t)place * (size_t)inputs + (size_t)input) * (size_t)c->outputs +
                             (size_t)o];
            if (whole) {
              float q = rintf(value / steps[o]);
              *(int8_t *)to = (int8_t)q;
              sums[o] += q;
            } else if (size == 2) {
              uint16_t half = cl_bfloat16_of(value);
              memcpy(to, &half, sizeof half);
            } else {
              memcpy(to, &value, sizeof value);
            }
          }
  }
}
