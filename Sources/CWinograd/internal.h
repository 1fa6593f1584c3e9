// What the files of this module share: how a convolution is cut into pieces of work.
#pragma once

#include "CWinograd.h"

// The points of interpolation beside 0 and ∞. Both and their products are exact in float.
#define CW_A 0.625f
#define CW_B 1.5f

// The side of a tile of outputs, and the number of values that stand for it.
#define CW_TILE 4
#define CW_POINTS 36

// Tiles in groups, and a group's blocks of outputs, two by two, in parts: one piece of work is a
// group and a part.
typedef struct {
  int across, tiles;
  int pairs;             // of blocks of outputs
  int groups, largest;   // the most tiles in a group
  int parts;             // of the pairs
  size_t scratch_count;  // values for one thread
} cw_division;

// Where part `index` of `count` begins when `total` things are shared out evenly.
static inline int cw_share(int total, int index, int count) {
  return (int)((long long)total * index / count);
}

typedef struct {
  const cw_convolution *convolution;
  const cw_division *division;
  cl_instructions loops;  // of CLoops, whose function is applied
  const char *source;
  const float *transformed, *bias;
  char *destination;
} cw_call;

// Computes one piece of work.
typedef void cw_kernel(const cw_call *call, int group, int part, float *scratch);

cw_kernel cw_piece_portable, cw_piece_avx2, cw_piece_avx512;
