#include <math.h>
#include <stdatomic.h>

#include "internal.h"

// Rows of queries at a time, in whole groups of products: with some hundred keys their shares stay in the second cache.
static int rows_of(cb_products products) {
  return products == CB_TILES ? 2 * cb_group_pixels(products) : cb_group_pixels(products);
}

// A thread's memory, in floats from its beginning.
typedef struct {
  size_t keys, values;    // the kernels
  size_t shares, rounded;  // of the rows at hand
  size_t floats;
} places;

typedef struct {
  const cb_attention *attention;
  cb_instructions instructions;
  places places;
  const float *queries, *keys, *values;
  float *results, *scratch;
  int parts;  // of a head's rows
  atomic_int next_thread, next_task;
} work;

static size_t whole(size_t floats) { return (floats + 15) / 16 * 16; }

static places places_of(const cb_attention *a, cb_instructions instructions) {
  places p = {.keys = 0};
  int rows = rows_of(a->products);
  int widest = a->keys > a->features ? a->keys : a->features;
  p.values = p.keys + whole(cb_pointwise_floats(a->features, a->keys, a->products, instructions));
  p.shares = p.values + whole(cb_pointwise_floats(a->keys, a->features, a->products, instructions));
  int lanes = cb_lanes(instructions);
  p.rounded = p.shares + (size_t)(cb_parts(a->keys, lanes) * lanes * (rows + 1));
  p.floats = p.rounded + (size_t)(cb_parts(widest, 32) * 16 * rows);
  return p;
}

// Rows of pixels times a packed kernel.
static void multiply(const work *w, float *memory, int inputs, int outputs, size_t kernel, int count,
                     const float *source, size_t source_block, float *results,
                     size_t result_block) {
  const cb_attention *a = w->attention;
  cb_layer layer = {.kind = CB_POINTWISE, .products = a->products, .inputs = inputs,
                    .outputs = outputs, .kernel = memory + kernel, .least = -INFINITY,
                    .most = INFINITY};
  cb_rows rows = {
      .layer = &layer, .rows = 1, .width = count, .source = &source, .results = &results,
      .source_block = source_block, .result_block = result_block,
      .rounded = memory + w->places.rounded, .rounded_pixels = rows_of(a->products),
      .last = cb_grouping_of(outputs, a->products, cb_lanes(w->instructions)).count,
  };
  cb_kernel_of(&layer, w->instructions)(&rows);
}

static void attend(const work *w, int task, float *memory) {
  const cb_attention *a = w->attention;
  size_t lanes = (size_t)cb_lanes(w->instructions);
  int part = task % w->parts, head = task / w->parts % a->heads, image = task / w->parts / a->heads;
  size_t first = (size_t)head * (size_t)a->features;
  size_t i = (size_t)image;
  const cb_head_kernels *kernels = cb_head_kernels_of(w->instructions);
  cb_head sizes = {.features = a->features, .keys = a->keys, .block = (size_t)a->keys * lanes, .scale = a->scale,
                   .products = a->products};
  kernels->pack_keys(&sizes, w->keys + i * a->key_image + first * (size_t)a->keys, memory + w->places.keys);
  kernels->pack_values(&sizes, w->values + i * a->value_image + first * (size_t)a->keys, memory + w->places.values);
  const float *queries = w->queries + i * a->query_image + first * (size_t)a->rows;
  float *results = w->results + i * a->result_image + first * (size_t)a->rows;
  float *shares = memory + w->places.shares;
  size_t plane = (size_t)a->rows * lanes;
  cb_layer softmax = {.outputs = a->keys};
  int end = cb_share(a->rows, part + 1, w->parts), most = rows_of(a->products);
  for (int row = cb_share(a->rows, part, w->parts); row < end; row += most) {
    int count = cb_least(end - row, most);
    // Blocks of an even number of rows, as 64, would all fall into the same lines of the first cache.
    size_t at = (size_t)row * lanes, block = (size_t)(count | 1) * lanes;
    multiply(w, memory, a->features, a->keys, w->places.keys, count, queries + at, plane, shares,
             block);
    cb_rows rows = {.layer = &softmax, .width = count, .results = &shares, .result_block = block};
    kernels->softmax(&rows);
    multiply(w, memory, a->keys, a->features, w->places.values, count, shares, block, results + at,
             plane);
  }
}

static void take_tasks(void *argument) {
  work *w = argument;
  float *memory = w->scratch + w->places.floats * (size_t)atomic_fetch_add(&w->next_thread, 1);
  if (w->attention->products == CB_TILES) cb_configure_tiles();
  int tasks = w->attention->batch * w->attention->heads * w->parts;
  for (int task; (task = atomic_fetch_add(&w->next_task, 1)) < tasks;) attend(w, task, memory);
  if (w->attention->products == CB_TILES) cb_release_tiles();
}

size_t cb_attention_bytes(const cb_attention *attention, cb_instructions instructions,
                          int threads) {
  return places_of(attention, instructions).floats * sizeof(float) * (size_t)threads;
}

void cb_attend(const cb_attention *attention, cb_instructions instructions, int threads,
               const float *queries, const float *keys, const float *values, float *results,
               void *scratch) {
  work w = {.attention = attention, .instructions = instructions, .queries = queries, .keys = keys,
            .values = values, .results = results, .scratch = scratch, .parts = 1};
  w.places = places_of(attention, instructions);
  // The rows of a head are shared only where there are too few heads.
  if (attention->batch * attention->heads < 2 * threads)
    w.parts = threads < attention->rows ? threads : attention->rows;
  cl_run_on(threads, take_tasks, &w);
}
