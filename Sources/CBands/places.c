#include <math.h>

#include "chain.h"
#include "strassen_passes.h"

// What the pixels in bf16 may take of a core's second cache, and the sums of halves of CB_STRASSEN.
static const size_t rounded_bytes = 512 * 1024, halves_bytes = 384 * 1024;

// The pixels of which the halves are pairs: a row, two where one has an odd number of them, or all where a row is one.
static int segment_of(const cb_layer *l) {
  return l->width == 1 ? l->height : l->width % 2 == 0 || l->height == 1 ? l->width : 2 * l->width;
}

void cb_place_stages(cb_plan *p, const cb_chain *chain) {
  const cb_layer *l = &chain->layers[0];
  bool copies = l->kind == CB_DEPTHWISE;
  for (int i = 0; i < CB_STAGES; i++) p->stages[i].step = 1;
  p->by_block = copies && cb_span(l, 1) <= CB_ROWS && !chain->in_place;
  if (copies)
    // Windows are read from rows with zeros at their ends, which are a copy of the map's.
    p->stages[p->count++].layer = (cb_layer){
        .kind = CB_AFFINE, .inputs = l->inputs, .outputs = l->inputs, .height = l->height,
        .width = l->width, .out_height = l->height, .out_width = l->width, .kernel_height = 1,
        .kernel_width = 1, .stride_height = 1, .stride_width = 1, .dilation_height = 1,
        .dilation_width = 1, .least = -INFINITY, .most = INFINITY};
  for (int i = 0; i < chain->count; i++) {
    const cb_layer *layer = &chain->layers[i];
    cb_stage *before = p->count > 0 ? &p->stages[p->count - 1] : NULL;
    bool joins = before && cb_rounds(layer->products) && before->layer.kind == CB_AFFINE &&
                 !before->layer.has_function;
    cb_stage *s = joins ? before : &p->stages[p->count++];
    if (joins) s->affine = s->layer;
    s->is_prepared = joins;
    s->layer = *layer;
    if (layer->products == CB_STRASSEN) {
      s->segment = segment_of(layer);
      if (s->segment == 2 * layer->width) s->step = 2;
    }
  }
}

// The pixels that products of bf16 or of bytes read, or the pairs of CB_STRASSEN, up to a good part of the second cache:
// how many floats they take.
static size_t place_rounded(cb_plan *p) {
  size_t widest = 0, most_bytes = rounded_bytes;
  int pixels = 0, group = 1;
  for (int i = 0; i < p->count; i++) {
    const cb_layer *l = &p->stages[i].layer;
    if (l->products == CB_FLOATS) continue;
    int rows = i < p->count - 1 ? p->stages[i].ring : p->images > 1 ? p->images : p->band;
    size_t bytes = (size_t)cb_parts(l->inputs, cb_step(l->products)) * 64;
    int several = rows * l->out_width;
    if (l->products == CB_STRASSEN) {
      bytes = cb_pair_floats(l->inputs, p->lanes) * sizeof(float);
      several = several / 2 + rows;
      most_bytes = halves_bytes;
    } else {
      group = cb_group_pixels(l->products);
    }
    if (bytes > widest) widest = bytes;
    if (several > pixels) pixels = several;
    p->has_tiles |= l->products == CB_TILES || l->products == CB_BYTE_TILES;
  }
  if (widest == 0) return 0;
  int most = (int)(most_bytes / widest) / group * group;
  if (most < group) most = group;
  p->rounded_pixels = cb_least(cb_parts(pixels, group) * group, most);
  // One more, as the blocks of pairs have an odd number of them.
  return (size_t)(p->rounded_pixels + 1) * widest / sizeof(float);
}

// Gives the rows between the layers their places, for so many rows of the last layer at a time.
size_t cb_place_rings(cb_plan *p, int band) {
  size_t floats = 0, widest = 0;
  int rows = band;
  for (int i = p->count - 2; i >= 0; i--) {
    cb_stage *s = &p->stages[i];
    const cb_layer *next = &p->stages[i + 1].layer;
    s->left = 0;
    int columns = s->layer.out_width;
    if (cb_reads_windows(next)) rows = cb_span(next, rows);
    if (next->kind == CB_DEPTHWISE) {
      int read = (next->out_width - 1) * next->stride_width +
                 (next->kernel_width - 1) * next->dilation_width + 1;
      s->left = next->left;
      columns = read > s->left + columns ? read : s->left + columns;
    }
    // Pairs of rows may begin before the first that is read, and end behind the last.
    rows += 2 * (s->step - 1);
    s->ring = rows = cb_least(rows, s->layer.out_height);
    s->block = cb_plane(1, columns, p->lanes);
    s->row = i == 0 && p->by_block ? s->block : s->block * (size_t)cb_parts(s->layer.outputs, p->lanes);
    s->offset = floats;
    floats += s->row * (size_t)rows;
    if (s->row > widest) widest = s->row;
  }
  p->band = band;
  p->zeros = floats;
  p->factors = floats + widest;
  size_t factors = (size_t)(cb_parts(p->stages[0].layer.inputs, p->lanes) * p->lanes);
  p->rounded = (p->factors + factors + 15) / 16 * 16;
  p->floats = p->rounded + place_rounded(p);
  return floats * sizeof(float);
}
