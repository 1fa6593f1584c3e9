// How a chain is cut into rows and tasks. None of it changes what is computed, only by whom and when.
#pragma once

#include "internal.h"

enum {
  CB_STAGES = 8,
  // Rows that are computed at a time, and those that their windows read.
  CB_ROWS = 64,
  CB_SOURCE_ROWS = 256,
};

// A layer, and the rows of its results that exist at a time.
typedef struct {
  cb_layer layer;
  bool is_prepared;   // whether what it reads goes through an affine first, while it is rounded
  cb_layer affine;
  int segment;        // the pixels of which the halves are pairs, of CB_STRASSEN
  int step;           // rows that are only computed together, from a multiple on: 1 or 2
  int ring;           // how many; those of the last stage are the destination's
  int left;           // zeros before each row, in pixels
  size_t block, row;  // floats of one block of a row, its zeros included, and of all
  size_t offset;      // of the first row in a thread's scratch memory
} cb_stage;

typedef struct {
  cb_instructions instructions;
  int lanes;
  cb_stage stages[CB_STAGES];
  int count;
  int band;    // rows of the last stage at a time
  int images;  // of a task: 1, or all where they share the way of a large kernel
  int tasks;   // of all images
  int parts;   // of an image's rows
  bool shares_pairs;  // whether parts are of the pairs of the last stage, where an image is one row
  int across;  // of the groups of results of the stage `shared`, which those after it go on with
  int shared;  // the first stage that is shared out so; every thread computes all of those before it
  // Whether the rows that the first windows read are copied a block of channels at a time: they exist for the block
  // whose windows read them just then.
  bool by_block;
  // Pixels that are rounded to bf16 at once, or pairs of pixels whose sums exist, and whether tiles multiply them.
  int rounded_pixels;
  bool has_tiles;
  // Of a thread's scratch memory, in floats: the row of zeros that stands for those beyond the map, the factors of
  // an image, the pixels in bf16, and all of it.
  size_t zeros, factors, rounded, floats;
} cb_plan;

// Takes the layers of a chain as stages, and gives the rows between them their places, for so many rows of the last one
// at a time: the bytes of these rows.
void cb_place_stages(cb_plan *plan, const cb_chain *chain);
size_t cb_place_rings(cb_plan *plan, int band);
cb_plan cb_plan_of(const cb_chain *chain, cb_instructions instructions, int threads);

static inline bool cb_pools(const cb_layer *l) {
  return l->kind == CB_MAXIMUM || l->kind == CB_MEAN;
}

static inline bool cb_reads_windows(const cb_layer *l) {
  return l->kind == CB_DEPTHWISE || l->kind == CB_IMAGES || cb_pools(l);
}

// The rows that the windows of so many rows of results read.
static inline int cb_span(const cb_layer *l, int rows) {
  return (rows - 1) * l->stride_height + (l->kernel_height - 1) * l->dilation_height + 1;
}

// The floats of one block of channels of a map, and of all of them.
static inline size_t cb_plane(int height, int width, int lanes) {
  return (size_t)height * (size_t)width * (size_t)lanes;
}

// Where part `index` of `parts` of the groups begins: the last groups are the larger ones, so the first part has more.
static inline int cb_shared_begin(int groups, int index, int parts) {
  return (int)(((long long)groups * index + parts - 1) / parts);
}

// What is shared out across: the groups of blocks that products compute at once, or single blocks.
static inline int cb_groups(const cb_layer *l, cb_instructions instructions) {
  int lanes = cb_lanes(instructions);
  return l->kind == CB_POINTWISE || l->kind == CB_IMAGES ? cb_grouping_of(l->outputs, l->products, lanes).count
                                                         : cb_parts(l->outputs, lanes);
}

// The first block of such a part.
static inline int cb_shared_block(const cb_layer *l, cb_instructions instructions, int index, int parts) {
  cb_grouping grouping = cb_grouping_of(l->outputs, l->products, cb_lanes(instructions));
  return cb_group_begin(grouping, cb_shared_begin(cb_groups(l, instructions), index, parts));
}
