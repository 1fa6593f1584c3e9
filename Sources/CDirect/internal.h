// What the files of this module share: how maps are addressed, and how work is cut into pieces.
#pragma once

#include "CDirect.h"

// A plane of a map and its neighbours, in bytes.
typedef struct {
  size_t pixel, row, plane, image;
  size_t inside;  // from the start of a plane to its first pixel that is no border
  // Kernels write a vector of channels at a time: how many a block has, and the bytes of one.
  int vectors;
  size_t vector;
} cd_strides;

// Rows of outputs in groups, and the pairs of blocks of outputs in parts: one piece of work is a
// group and a part.
typedef struct {
  int rows, groups;  // rows of all images
  int pairs, parts;
} cd_division;

typedef struct {
  const cd_convolution *convolution;
  const cd_division *division;
  cd_instructions instructions;
  const char *source, *packed;
  cd_results results;
} cd_convolve_call;

typedef struct {
  const cd_pooling *pooling;
  cd_instructions instructions;
  const char *source;
  cd_results results;
} cd_pool_call;

// Computes one piece of a convolution, or a row of one vector of channels of a pooling.
typedef void cd_convolve_kernel(const cd_convolve_call *call, int group, int part);
typedef void cd_pool_kernel(const cd_pool_call *call, int vector, int row);

cd_convolve_kernel cd_convolve_portable, cd_convolve_avx2, cd_convolve_avx512,
    cd_convolve_avx512_vnni, cd_convolve_avx512_bf16, cd_convolve_amx;
cd_pool_kernel cd_pool_portable, cd_pool_avx2, cd_pool_avx512, cd_pool_avx512_vnni,
    cd_pool_avx512_bf16;

// Where share `index` of `count` begins when `total` things are shared out evenly.
static inline int cd_share(int total, int index, int count) {
  return (int)((long long)total * index / count);
}

static inline int cd_bytes_of(cd_type type) { return type == CD_F32 ? 4 : type == CD_BF16 ? 2 : 1; }

// The channels in a pixel of one block.
static inline int cd_block(const cd_map *map, cd_instructions instructions) {
  if (map->channels <= 4) return 4;
  return instructions == CD_AMX ? 64 / cd_bytes_of(map->type) : cd_lanes(instructions);
}

static inline int cd_blocks(const cd_map *map, cd_instructions instructions) {
  int block = cd_block(map, instructions);
  return (map->channels + block - 1) / block;
}

// Those from one image to the next.
static inline int cd_image_blocks(const cd_map *map, cd_instructions instructions) {
  int block = cd_block(map, instructions);
  return map->whole > 0 ? (map->whole + block - 1) / block : cd_blocks(map, instructions);
}

static inline cd_strides cd_strides_of(const cd_map *map, cd_instructions instructions) {
  cd_strides s;
  int block = cd_block(map, instructions), lanes = cd_lanes(instructions);
  s.pixel = (size_t)block * (size_t)cd_bytes_of(map->type);
  s.row = s.pixel * (size_t)(map->width + 2 * map->border);
  s.plane = s.row * (size_t)(map->height + 2 * map->border);
  s.image = s.plane * (size_t)cd_image_blocks(map, instructions);
  s.inside = s.row * (size_t)map->border + s.pixel * (size_t)map->border;
  s.vectors = block < lanes ? 1 : block / lanes;
  s.vector = s.pixel / (size_t)s.vectors;
  return s;
}

// Where a vector of channels of a row of an image begins.
static inline size_t cd_place(const cd_strides *s, int image, int vector, int y) {
  return (size_t)image * s->image + (size_t)(vector / s->vectors) * s->plane +
         (size_t)(vector % s->vectors) * s->vector + s->inside + (size_t)y * s->row;
}

// Fills the border around every plane: nobody computes it, and it is read as padding.
void cd_fill_border(const cd_map *map, int batch, cd_instructions instructions, char *data);
