#include <stdatomic.h>
#include <string.h>

#include "chain.h"

typedef struct {
  const cb_plan *plan;
  const cb_arrays *arrays;
  float *scratch;
  atomic_int next_thread, next_task;
} work;

// What one thread does with one part of an image.
typedef struct {
  const cb_plan *plan;
  const cb_arrays *arrays;
  float *scratch;
  int image, part, across;
  int done[CB_STAGES];  // the first row of each stage that is not there yet
} task;

// The first pixel of a row that a stage reads; what lies beyond the map is zeros, or null before CB_IMAGES and poolings.
static const float *source_row(const task *t, int i, int y) {
  const cb_plan *p = t->plan;
  const cb_layer *l = &p->stages[i].layer;
  bool inside = y >= 0 && y < l->height;
  if (i == 0) {
    const float *image = t->arrays->source + t->arrays->source_image * (size_t)t->image;
    if (l->kind == CB_IMAGES) return inside ? image + cb_plane(y, l->width, l->inputs) : NULL;
    if (inside) return image + cb_plane(y, l->width, p->lanes);
  }
  if (!inside) return cb_pools(l) ? NULL : t->scratch + p->zeros;
  const cb_stage *before = &p->stages[i - 1];
  return t->scratch + before->offset + before->row * (size_t)(y % before->ring);
}

static float *result_row(const task *t, int i, int y) {
  const cb_plan *p = t->plan;
  const cb_stage *s = &p->stages[i];
  if (i == p->count - 1)
    return t->arrays->destination + t->arrays->destination_image * (size_t)t->image +
           cb_plane(y, s->layer.out_width, p->lanes);
  return t->scratch + s->offset + s->row * (size_t)(y % s->ring) + cb_plane(1, s->left, p->lanes);
}

// From the first up to the last, which is no part of it.
typedef struct {
  int first, last;
} range;

// The blocks of a stage's results that a task computes, or the groups of them in CB_POINTWISE.
static range share_of(const task *t, int i) {
  const cb_plan *p = t->plan;
  int groups = cb_groups(&p->stages[i].layer, p->instructions);
  if (i < p->shared || p->across == 1) return (range){0, groups};
  if (i == p->shared)
    return (range){cb_shared_begin(groups, t->across, p->across),
                   cb_shared_begin(groups, t->across + 1, p->across)};
  // Those that the groups before are made of.
  const cb_layer *shared = &p->stages[p->shared].layer;
  return (range){cb_shared_block(shared, p->instructions, t->across, p->across),
                 cb_shared_block(shared, p->instructions, t->across + 1, p->across)};
}

// The floats between the blocks of a row of a stage's results: none where one block exists at a time.
static size_t block_of(const task *t, int i) {
  const cb_plan *p = t->plan;
  const cb_layer *l = &p->stages[i].layer;
  if (i == p->count - 1) return cb_plane(l->out_height, l->out_width, p->lanes);
  return i == 0 && p->by_block ? 0 : p->stages[i].block;
}

// The rows that these rows of a layer's results read, as far as its map has them.
static range rows_read(const cb_layer *l, range rows) {
  if (!cb_reads_windows(l)) return rows;
  int from = rows.first * l->stride_height - l->top, to = from + cb_span(l, rows.last - rows.first);
  return (range){from > 0 ? from : 0, to < l->height ? to : l->height};
}

// Rows of one stage, with the pointers to them.
typedef struct {
  const float *sources[CB_SOURCE_ROWS], *addends[CB_ROWS];
  float *results[CB_ROWS], *means[CB_ROWS];
  cb_rows rows;
  cb_kernel *kernel;
} computation;

// Finds rows of a stage's results, and what they read.
static void find_rows(const task *t, int i, range rows, computation *c) {
  const cb_plan *p = t->plan;
  int first = rows.first, count = rows.last - rows.first;
  const cb_stage *s = &p->stages[i];
  const cb_layer *l = &s->layer;
  size_t plane = cb_plane(l->out_height, l->out_width, p->lanes);
  size_t addend_image = plane * (size_t)cb_parts(l->outputs, p->lanes);
  bool windows = cb_reads_windows(l);
  int from = windows ? first * l->stride_height - l->top : first;
  for (int y = 0; y < (windows ? cb_span(l, count) : count); y++)
    c->sources[y] = source_row(t, i, from + y);
  for (int y = 0; y < count; y++) {
    c->results[y] = result_row(t, i, first + y);
    c->addends[y] = l->adds ? t->arrays->addend + addend_image * (size_t)t->image +
                                  cb_plane(first + y, l->out_width, p->lanes)
                            : NULL;
  }
  // Where a task is all images, each of them is one long row.
  for (int image = 1; image < p->images; image++) {
    c->sources[image] = c->sources[0] + t->arrays->source_image * (size_t)image;
    c->results[image] = c->results[0] + t->arrays->destination_image * (size_t)image;
    c->addends[image] = l->adds ? c->addends[0] + addend_image * (size_t)image : NULL;
  }
  c->rows = (cb_rows){
      .layer = l, .rows = p->images > 1 ? p->images : count, .width = l->out_width,
      .source = c->sources, .addend = c->addends, .results = c->results,
      .source_block = i == 0 ? cb_plane(l->height, l->width, p->lanes) : block_of(t, i - 1),
      .addend_block = plane, .result_block = block_of(t, i),
      .factors = t->scratch + p->factors, .affine = s->is_prepared ? &s->affine : NULL,
      .rounded = t->scratch + p->rounded, .rounded_pixels = p->rounded_pixels, .segment = s->segment,
  };
  if (t->arrays->row_means && i == p->count - 1) {
    size_t image = cb_plane(l->out_height, 1, p->lanes) * (size_t)cb_parts(l->outputs, p->lanes);
    for (int y = 0; y < count; y++)
      c->means[y] = t->arrays->row_means + image * (size_t)t->image + cb_plane(first + y, 1, p->lanes);
    c->rows.means = c->means;
    c->rows.means_block = cb_plane(l->out_height, 1, p->lanes);
  }
  if (p->shares_pairs && i == p->count - 1) {
    int pairs = (s->segment + 1) / 2;
    c->rows.first_pair = cb_share(pairs, t->part, p->parts);
    c->rows.last_pair = cb_share(pairs, t->part + 1, p->parts);
  }
  c->kernel = cb_kernel_of(l, p->instructions);
}

static void compute_blocks(computation *c, range blocks) {
  c->rows.first = blocks.first;
  c->rows.last = blocks.last;
  c->kernel(&c->rows);
}

static void compute_rows(const task *t, int i, range rows) {
  computation c;
  find_rows(t, i, rows, &c);
  compute_blocks(&c, share_of(t, i));
}

// Computes rows of the first windows' results, and for each block of channels what it reads: also the rows that the
// windows before had read, as the blocks in between took their place.
static void compute_by_block(const task *t, range rows) {
  computation copies, windows;
  find_rows(t, 0, rows_read(&t->plan->stages[1].layer, rows), &copies);
  find_rows(t, 1, rows, &windows);
  range blocks = share_of(t, 1);
  for (int b = blocks.first; b < blocks.last; b++) {
    compute_blocks(&copies, (range){b, b + 1});
    compute_blocks(&windows, (range){b, b + 1});
  }
}

// Computes the rows of a stage's results before `last` that are not there yet, and first what they read.
static void compute(task *t, int i, int last) {
  const cb_layer *l = &t->plan->stages[i].layer;
  int first = t->done[i];
  if (first >= last) return;
  bool by_block = i == 1 && t->plan->by_block;
  if (i > 0 && !by_block) {
    range read = rows_read(l, (range){first, last});
    const cb_stage *before = &t->plan->stages[i - 1];
    // Rows that no window reads are never computed.
    if (t->done[i - 1] < read.first) t->done[i - 1] = read.first / before->step * before->step;
    int whole = cb_parts(read.last, before->step) * before->step;
    compute(t, i - 1, whole < before->layer.out_height ? whole : before->layer.out_height);
  }
  int most = CB_ROWS, most_read = by_block ? CB_ROWS : CB_SOURCE_ROWS;
  while (cb_span(l, most) > most_read && most > 1) most--;
  for (int row = first; row < last; row += most) {
    range rows = {row, last - row < most ? last : row + most};
    if (by_block) compute_by_block(t, rows);
    else compute_rows(t, i, rows);
  }
  t->done[i] = last;
}

// The zeros beside the rows and the row of zeros, which nobody writes again.
static void clear_zeros(const cb_plan *p, float *scratch) {
  memset(scratch + p->zeros, 0, (p->factors - p->zeros) * sizeof(float));
  for (int i = 0; i < p->count - 1; i++) {
    const cb_stage *s = &p->stages[i];
    size_t left = cb_plane(1, s->left, p->lanes), end = left + cb_plane(1, s->layer.out_width, p->lanes);
    if (end - left == s->block) continue;
    for (size_t at = s->offset; at < s->offset + s->row * (size_t)s->ring; at += s->block) {
      memset(scratch + at, 0, left * sizeof(float));
      memset(scratch + at + end, 0, (s->block - end) * sizeof(float));
    }
  }
}

static void take_factors(const task *t) {
  const cb_plan *p = t->plan;
  size_t channels = (size_t)p->stages[0].layer.inputs;
  float *factors = t->scratch + p->factors;
  memcpy(factors, t->arrays->factors + channels * (size_t)t->image, channels * sizeof(float));
  memset(factors + channels, 0, (p->rounded - p->factors - channels) * sizeof(float));
}

// The first row of a part of an image.
static int part_begin(const cb_plan *p, int part) {
  const cb_stage *last = &p->stages[p->count - 1];
  int row = cb_share(cb_parts(last->layer.out_height, last->step), part, p->parts) * last->step;
  return row < last->layer.out_height ? row : last->layer.out_height;
}

// Of a single row every part computes some pairs.
static range rows_of_part(const cb_plan *p, int part) {
  return p->shares_pairs ? (range){0, 1} : (range){part_begin(p, part), part_begin(p, part + 1)};
}

static void take_tasks(void *argument) {
  work *w = argument;
  const cb_plan *p = w->plan;
  task t = {.plan = p, .arrays = w->arrays};
  t.scratch = w->scratch + p->floats * (size_t)atomic_fetch_add(&w->next_thread, 1);
  int last = p->count - 1;
  bool is_clear = false;
  if (p->has_tiles) cb_configure_tiles();
  for (;;) {
    int number = atomic_fetch_add(&w->next_task, 1);
    if (number >= p->tasks) break;
    if (!is_clear) clear_zeros(p, t.scratch);
    is_clear = true;
    t.image = number / (p->parts * p->across);
    t.across = number % p->across;
    if (w->arrays->factors) take_factors(&t);
    t.part = number / p->across % p->parts;
    range rows = rows_of_part(p, t.part);
    memset(t.done, 0, sizeof t.done);
    t.done[last] = rows.first;
    for (int y = rows.first; y < rows.last; y += p->band)
      compute(&t, last, cb_least(y + p->band, rows.last));
  }
  if (p->has_tiles) cb_release_tiles();
}

void cb_run(const cb_chain *chain, cb_instructions instructions, int threads,
            const cb_arrays *arrays, void *scratch) {
  cb_plan plan = cb_plan_of(chain, instructions, threads);
  work w = {.plan = &plan, .arrays = arrays, .scratch = scratch};
  cl_run_on(plan.tasks > 1 ? threads : 1, take_tasks, &w);
}
