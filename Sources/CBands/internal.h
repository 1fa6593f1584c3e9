// What the files of this module share.
#pragma once

#include "CBands.h"

// Rows of one layer: pointers to the first pixel of the first block of each, which lies `block` floats
// before that of the next block. Rows that a window reads begin with its padding.
typedef struct {
  const cb_layer *layer;
  int rows, width;  // of the results
  const float *const *source;
  const float *const *addend;
  float *const *results;
  size_t source_block, addend_block, result_block;
  float *const *means;  // of each row of the results; null: not wanted
  size_t means_block;
  const float *factors;  // of this image, up to whole blocks
  const cb_layer *affine;  // what is done to the pixels that are rounded; null: nothing
  // Of products of bf16: memory for so many pixels. Of CB_STRASSEN: for so many pairs, of halves of each segment of so
  // many pixels.
  void *rounded;
  int rounded_pixels, segment;
  // Of a row that is one segment: from which of its pairs on, up to which, which is no part of it; 0, 0: all.
  int first_pair, last_pair;
  int first, last;       // blocks of results, or groups of them in CB_POINTWISE
} cb_rows;

typedef void cb_kernel(const cb_rows *rows);
cb_kernel cb_affine_portable, cb_affine_avx2, cb_affine_avx512;
cb_kernel cb_normalize_portable, cb_normalize_avx2, cb_normalize_avx512;
cb_kernel cb_pointwise_portable, cb_pointwise_avx2, cb_pointwise_avx512;
cb_kernel cb_strassen_portable, cb_strassen_avx2, cb_strassen_avx512;
cb_kernel cb_softmax_portable, cb_softmax_avx2, cb_softmax_avx512;
cb_kernel cb_pointwise_dots, cb_pointwise_tiles, cb_pointwise_byte_dots, cb_pointwise_byte_tiles;
cb_kernel cb_images_portable, cb_images_avx2, cb_images_avx512;
cb_kernel cb_depthwise_portable, cb_depthwise_avx2, cb_depthwise_avx512;
cb_kernel cb_maximum_portable, cb_maximum_avx2, cb_maximum_avx512;
cb_kernel cb_mean_portable, cb_mean_avx2, cb_mean_avx512;

// Around the products of tiles of a thread; nothing where there are none.
void cb_configure_tiles(void);
void cb_release_tiles(void);

// Copies one block of channels of one map; `shift` is the place in a block where its first channel goes.
typedef void cb_copy_kernel(int pixels, int channels, int shift, const float *source, float *first,
                            float *second);
cb_copy_kernel cb_copy_portable, cb_copy_avx2, cb_copy_avx512;

// One head of an attention: its keys and its values, in blocks of features that are so many floats apart.
typedef struct {
  int features, keys;
  size_t block;
  float scale;  // of the keys
  cb_products products;
} cb_head;

// Makes a kernel of them.
typedef void cb_pack_head(const cb_head *head, const float *keys_or_values, float *packed);
cb_pack_head cb_pack_keys_portable, cb_pack_keys_avx2, cb_pack_keys_avx512;
cb_pack_head cb_pack_values_portable, cb_pack_values_avx2, cb_pack_values_avx512;

typedef struct {
  cb_pack_head *pack_keys, *pack_values;
  cb_kernel *softmax;  // makes shares of 1 of each pixel's results, which are dense, over `outputs` channels
} cb_head_kernels;
const cb_head_kernels *cb_head_kernels_of(cb_instructions instructions);
cb_kernel *cb_kernel_of(const cb_layer *layer, cb_instructions instructions);

// Whether pixels are rounded before they are multiplied.
static inline bool cb_rounds(cb_products products) {
  return products != CB_FLOATS && products != CB_STRASSEN;
}

// The inputs that a product of 64 bytes adds up.
static inline int cb_step(cb_products products) { return products >= CB_BYTE_DOTS ? 64 : 32; }

// The pixels that are rounded side by side: two tiles of AMX, or four of those whose sums fit into the registers. These
// leave no power of two between the steps, which would all fall into the same lines of the first cache.
static inline int cb_group_pixels(cb_products products) {
  return products == CB_TILES || products == CB_BYTE_TILES ? 32 : 56;
}

static inline int cb_least(int x, int y) { return x < y ? x : y; }

static inline int cb_parts(int count, int size) { return (count + size - 1) / size; }

// The floats of a packed kernel for each output, but of CB_STRASSEN: one an input, or whole steps of 16 words.
static inline int cb_words(int inputs, cb_products products) {
  return products == CB_FLOATS ? inputs : cb_parts(inputs, cb_step(products)) * 16;
}

// Where part `index` of `parts` begins if `count` things are divided as evenly as they can be.
static inline int cb_share(int count, int index, int parts) {
  return (int)((long long)count * index / parts);
}

// How CB_POINTWISE and CB_IMAGES group the blocks of their results, which they compute a group at once.
typedef struct {
  cb_products products;
  int blocks, count;
  // Whether the last group is one block with no channel in its upper half: CB_POINTWISE computes it by vectors of half
  // the length.
  bool half;
} cb_grouping;

// The blocks of a group at most.
static inline int cb_most_blocks(cb_products products, int lanes) {
  int floats = lanes == 16 ? 3 : 2;
  return products == CB_STRASSEN ? 2 * floats : products == CB_FLOATS ? floats : 2;
}

static inline cb_grouping cb_grouping_of(int outputs, cb_products products, int lanes) {
  cb_grouping g = {.products = products, .blocks = cb_parts(outputs, lanes)};
  g.half = products == CB_FLOATS && lanes == 16 && (outputs - 1) % lanes < lanes / 2;
  g.count = cb_parts(g.blocks - g.half, cb_most_blocks(products, lanes)) + g.half;
  return g;
}

// The first block of a group: of products of floats they are as alike as they can be, and with CB_STRASSEN even but for
// the last; of others all but the last have two.
static inline int cb_group_begin(cb_grouping g, int group) {
  int whole = g.blocks - g.half, groups = g.count - g.half;
  if (group > groups) return g.blocks;
  if (g.products == CB_FLOATS) return groups > 0 ? cb_share(whole, group, groups) : 0;
  if (g.products == CB_STRASSEN) {
    int begin = 2 * cb_share(cb_parts(g.blocks, 2), group, groups);
    return begin < g.blocks ? begin : g.blocks;
  }
  return 2 * group < g.blocks ? 2 * group : g.blocks;
}
