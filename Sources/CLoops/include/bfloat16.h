// Numbers of 8 significant bits, the upper half of a float32.
#pragma once

#include <stdint.h>
#include <string.h>

// The nearest, of two the even one. What is not a number stays one.
static inline uint16_t cl_bfloat16_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  // Without a branch, so that loops become vectors.
  uint32_t quiet = bits >> 16 | 0x40, rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  return (uint16_t)(value != value ? quiet : rounded);
}
