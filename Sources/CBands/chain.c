#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "internal.h"

enum {
  MOST_STAGES = 8,
  // Rows at a time, and those that their windows read.
  MOST_ROWS = 64,
  MOST_SOURCE_ROWS = 256,
  // What the rows between the layers may take of a core's second cache.
  RING_BYTES = 384 * 1024,
};

// A layer, and the rows of its results that exist at a time.
typedef struct {
  cb_layer layer;
  int ring;       // how many; of the last none
  int left;       // zeros before each
  size_t block;   // floats of one block of a row, its zeros included
  size_t row;     // floats of a row
  size_t offset;  // of the first row in the scratch memory
} stage;

typedef struct {
  const cb_chain *chain;
  const cb_arrays *arrays;
  cb_instructions instructions;
  int lanes;
  stage stages[MOST_STAGES];
  int count, band;
  size_t zeros, factors, floats;  // in a thread's scratch memory
  int images;                     // the images of a task, all of them where their kernel is what takes the memory
  int parts, across;              // tasks of an image: rows in parts, blocks or groups of results across
  float *scratch;
  atomic_int next_thread, next_task;
} work;

static bool reads_windows(const stage *s) { return s->layer.kind == CB_DEPTHWISE; }
static int span(const cb_layer *l, int rows) {
  return (rows - 1) * l->stride_height + (l->kernel_height - 1) * l->dilation_height + 1;
}

// Gives the rows between the layers their places, for so many rows of the last layer at a time.
static size_t place_rings(work *w, int band) {
  size_t floats = 0, widest = 0;
  int rows = band;
  for (int i = w->count - 2; i >= 0; i--) {
    stage *s = &w->stages[i];
    const cb_layer *l = &s->layer, *next = &w->stages[i + 1].layer;
    int columns = l->out_width;
    s->left = 0;
    if (next->kind == CB_DEPTHWISE) {
      int read = (next->out_width - 1) * next->stride_width +
                 (next->kernel_width - 1) * next->dilation_width + 1;
      s->left = next->left;
      columns = read > s->left + columns ? read : s->left + columns;
      rows = span(next, rows);
    }
    if (rows > l->out_height) rows = l->out_height;
    s->ring = rows;
    s->block = (size_t)(columns * w->lanes);
    s->row = s->block * (size_t)cb_parts(l->outputs, w->lanes);
    s->offset = floats;
    floats += s->row * (size_t)rows;
    if (s->row > widest) widest = s->row;
  }
  w->zeros = floats;
  w->factors = floats + widest;
  int channels = cb_parts(w->stages[0].layer.inputs, w->lanes) * w->lanes;
  w->floats = (w->factors + (size_t)channels + 15) / 16 * 16;
  w->band = band;
  return floats;
}

// Whether each block of a layer's results needs only that block of what it reads, for all layers.
static bool is_blockwise(const work *w) {
  for (int i = 0; i < w->count; i++)
    if (w->stages[i].layer.kind == CB_POINTWISE || w->stages[i].layer.kind == CB_NORMALIZE)
      return false;
  return true;
}

static bool has_windows(const work *w) {
  for (int i = 0; i < w->count; i++)
    if (reads_windows(&w->stages[i])) return true;
  return false;
}

// Without windows the pixels may fall into rows of any length: of some tiles, where that divides them.
static void lengthen_rows(work *w) {
  int pixels = w->stages[0].layer.height * w->stages[0].layer.width, width = pixels;
  for (int one = 64; one >= 16 && width == pixels; one--)
    if (pixels % one == 0) width = one;
  for (int i = 0; i < w->count; i++) {
    cb_layer *l = &w->stages[i].layer;
    l->width = l->out_width = width;
    l->height = l->out_height = pixels / width;
  }
}

static int groups_of(const work *w, const cb_layer *l) {
  int blocks = cb_parts(l->outputs, w->lanes);
  return l->kind == CB_POINTWISE ? cb_parts(blocks, cb_most_blocks(w->instructions)) : blocks;
}

// None of this changes what is computed, only by whom and when.
static void plan(work *w, int threads) {
  const cb_chain *chain = w->chain;
  w->lanes = cb_lanes(w->instructions);
  w->count = 0;
  if (chain->layers[0].kind == CB_DEPTHWISE) {
    // Windows are read from rows with zeros at their ends.
    const cb_layer *l = &chain->layers[0];
    w->stages[w->count++].layer = (cb_layer){
        .kind = CB_AFFINE, .inputs = l->inputs, .outputs = l->inputs, .height = l->height,
        .width = l->width, .out_height = l->height, .out_width = l->width, .kernel_height = 1,
        .kernel_width = 1, .stride_height = 1, .stride_width = 1, .dilation_height = 1,
        .dilation_width = 1, .least = -INFINITY, .most = INFINITY};
  }
  for (int i = 0; i < chain->count; i++) w->stages[w->count++].layer = chain->layers[i];
  stage *last = &w->stages[w->count - 1];
  w->parts = w->across = w->images = 1;
  if (w->count == 1) {
    // Without windows the rows of a map are one long row.
    cb_layer *l = &last->layer;
    bool many = threads > chain->batch;
    int pixels = l->height * l->width, rows = 1;
    // Parts of a long row are rows.
    if (l->kind == CB_POINTWISE && l->outputs > pixels) {
      // The kernel is larger than the maps: it is read once, for all images.
      w->images = chain->batch < MOST_ROWS ? chain->batch : 1;
      int groups = groups_of(w, l);
      if (threads > 1) w->across = groups < 4 * threads ? groups : 4 * threads;
    } else if (many) {
      rows = l->height;
    } else {
      // What is read stays in the second cache for all groups of results.
      size_t bytes = (size_t)l->inputs * (size_t)pixels * sizeof(float);
      while (bytes / (size_t)rows > RING_BYTES && rows * 2 <= l->height && l->height % (rows * 2) == 0)
        rows *= 2;
    }
    l->width = l->out_width = pixels / rows;
    l->height = l->out_height = rows;
    w->parts = many && w->across == 1 ? (rows < 4 * threads ? rows : 4 * threads) : 1;
    place_rings(w, 1);
    return;
  }
  if (!has_windows(w)) lengthen_rows(w);
  if (threads > chain->batch) {
    int blocks = cb_parts(last->layer.outputs, w->lanes);
    if (is_blockwise(w) && blocks >= threads) w->across = blocks < 4 * threads ? blocks : 4 * threads;
    else w->parts = last->layer.out_height < threads ? last->layer.out_height : threads;
  }
  int band = cb_parts(last->layer.out_height, w->parts);
  if (band > MOST_ROWS) band = MOST_ROWS;
  while (place_rings(w, band) * sizeof(float) > RING_BYTES && band > 1) band = (band + 1) / 2;
}

size_t cb_scratch_bytes(const cb_chain *chain, cb_instructions instructions, int threads) {
  work w = {.chain = chain, .instructions = instructions};
  plan(&w, threads);
  return w.floats * sizeof(float) * (size_t)threads;
}

// What one thread does with one part of an image.
typedef struct {
  const work *w;
  float *scratch;
  int image, across;
  int done[MOST_STAGES];
} task;

// The floats of an image's map.
static size_t map_floats(const work *w, int channels, int height, int width) {
  return (size_t)(cb_parts(channels, w->lanes) * w->lanes) * (size_t)(height * width);
}

static const float *source_row(const task *t, int i, int y) {
  const work *w = t->w;
  const cb_layer *l = &w->stages[i].layer;
  if (y < 0 || y >= l->height) return t->scratch + w->zeros;
  if (i == 0)
    return w->arrays->source + w->arrays->source_image * (size_t)t->image +
           (size_t)(y * l->width * w->lanes);
  const stage *s = &w->stages[i - 1];
  return t->scratch + s->offset + s->row * (size_t)(y % s->ring);
}

// Computes rows of a stage's results, those before `last` that are not there yet, and what they need first.
static void compute(task *t, int i, int last) {
  const work *w = t->w;
  const stage *s = &w->stages[i];
  const cb_layer *l = &s->layer;
  int first = t->done[i];
  if (first >= last) return;
  bool windows = reads_windows(s);
  int from = windows ? first * l->stride_height - l->top : first;
  int to = windows ? from + span(l, last - first) : last;
  if (i > 0) {
    // Rows that no window reads are never computed.
    if (t->done[i - 1] < from) t->done[i - 1] = from;
    compute(t, i - 1, to < l->height ? to : l->height);
  }
  const float *sources[MOST_SOURCE_ROWS], *addends[MOST_ROWS];
  float *results[MOST_ROWS];
  for (int first_row = first; first_row < last; first_row += MOST_ROWS) {
    int rows = last - first_row < MOST_ROWS ? last - first_row : MOST_ROWS;
    cb_rows r = {.layer = l, .width = l->out_width, .source = sources, .addend = addends,
                 .results = results, .factors = t->scratch + w->factors};
    size_t pixels = (size_t)(l->out_height * l->out_width * w->lanes);
    r.source_block = i == 0 ? (size_t)(l->height * l->width * w->lanes) : w->stages[i - 1].block;
    r.addend_block = pixels;
    bool is_last = i == w->count - 1;
    r.result_block = is_last ? pixels : s->block;
    size_t addend_image = map_floats(w, l->outputs, l->out_height, l->out_width);
    int groups = groups_of(w, l);
    r.first = cb_share(groups, t->across, w->across);
    r.last = cb_share(groups, t->across + 1, w->across);
    // The rows that windows read may be more than there are pointers for.
    while (windows && span(l, rows) > MOST_SOURCE_ROWS) rows--;
    for (int y = 0; y < (windows ? span(l, rows) : rows); y++)
      sources[y] = source_row(t, i, windows ? first_row * l->stride_height - l->top + y : first_row + y);
    for (int y = 0; y < rows; y++) {
      size_t row = (size_t)((first_row + y) * l->out_width * w->lanes);
      if (is_last) {
        results[y] = w->arrays->destination + w->arrays->destination_image * (size_t)t->image + row;
        addends[y] = l->adds ? w->arrays->addend + addend_image * (size_t)t->image + row : 0;
      } else {
        results[y] = t->scratch + s->offset + s->row * (size_t)((first_row + y) % s->ring) +
                     (size_t)(s->left * w->lanes);
      }
    }
    r.rows = rows;
    for (int image = 1; image < w->images; image++) {
      // Each image is one long row.
      sources[image] = sources[0] + w->arrays->source_image * (size_t)image;
      results[image] = results[0] + w->arrays->destination_image * (size_t)image;
      addends[image] = l->adds ? addends[0] + addend_image * (size_t)image : 0;
      r.rows = w->images;
    }
    cb_kernel_of(l->kind, w->instructions)(&r);
    first_row += rows - MOST_ROWS;
  }
  t->done[i] = last;
}

static void take_tasks(void *argument) {
  work *w = argument;
  task t = {.w = w};
  t.scratch = w->scratch + w->floats * (size_t)atomic_fetch_add(&w->next_thread, 1);
  bool is_clear = false;
  int each = w->parts * w->across, tasks = w->chain->batch / w->images * each;
  for (;;) {
    int number = atomic_fetch_add(&w->next_task, 1);
    if (number >= tasks) return;
    // The zeros beside the rows and the row of zeros, which nobody writes again.
    if (!is_clear && w->count > 1) memset(t.scratch, 0, w->factors * sizeof(float));
    is_clear = true;
    t.image = number / each;
    t.across = number % w->across;
    int part = number % each / w->across;
    const cb_layer *first = &w->stages[0].layer, *last = &w->stages[w->count - 1].layer;
    if (w->arrays->factors) {
      size_t channels = (size_t)first->inputs, all = (size_t)(cb_parts(first->inputs, w->lanes) * w->lanes);
      float *factors = t.scratch + w->factors;
      memcpy(factors, w->arrays->factors + channels * (size_t)t.image, channels * sizeof(float));
      memset(factors + channels, 0, (all - channels) * sizeof(float));
    }
    int start = cb_share(last->out_height, part, w->parts);
    int end = cb_share(last->out_height, part + 1, w->parts);
    for (int i = 0; i < w->count; i++) t.done[i] = 0;
    t.done[w->count - 1] = start;
    for (int y = start; y < end; y += w->band)
      compute(&t, w->count - 1, y + w->band < end ? y + w->band : end);
  }
}

void cb_run(const cb_chain *chain, cb_instructions instructions, int threads, const cb_arrays *arrays,
            void *scratch) {
  work w = {.chain = chain, .arrays = arrays, .instructions = instructions, .scratch = scratch};
  plan(&w, threads);
  cb_share_out(take_tasks, &w, chain->batch / w.images * w.parts * w.across > 1 ? threads : 1);
}
