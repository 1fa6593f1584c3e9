#include "chain.h"

// What the rows between the layers may take of a core's second cache.
static const size_t ring_bytes = 640 * 1024;
// The pairs of pixels for which a thread reads a kernel of CB_STRASSEN, and how many more one thread may have than
// another, in hundredths.
static const int least_pairs = 32, most_extra = 10;
// More tasks than threads, so that none waits long for the last.
static const int tasks_per_thread = 4;

// Into how many parts threads, which take one after the other, divide so many things to be done soonest: as many parts
// as may be then, so that none waits long for one that is held up.
static int parts_for(int threads, int count) {
  int best = 1, least_time = count;
  for (int parts = 1; parts <= tasks_per_thread * threads && parts <= count; parts++) {
    int time = cb_parts(parts, threads) * cb_parts(count, parts);
    if (time <= least_time) best = parts, least_time = time;
  }
  return best;
}

// Lets threads share the pairs of pixels of an image whose last stage is CB_STRASSEN, if these divide well: sums of
// halves are made once then, where threads that share its results would each make all of them. But every thread reads the
// kernel, which is worth it for many pairs alone; more threads share the results besides.
static bool share_pairs(cb_plan *p, int threads) {
  const cb_stage *s = &p->stages[p->count - 1];
  int pixels = s->layer.out_height * s->layer.out_width, units = cb_parts(s->layer.out_height, s->step), parts = 1;
  if (s->segment == 0 || s->layer.outputs > 2 * pixels) return false;
  bool is_whole = s->segment == pixels;
  if (is_whole) units = (pixels + 1) / 2;
  while (threads % (2 * parts) == 0 && pixels >= 4 * parts * least_pairs) parts *= 2;
  if (parts == 1 || cb_parts(units, parts) * parts * 100 > units * (100 + most_extra)) return false;
  p->shares_pairs = is_whole;
  p->parts = parts;
  if (threads > parts) p->across = parts_for(threads / parts, cb_groups(&s->layer, p->instructions));
  p->shared = p->count - 1;
  return true;
}

// A layer without windows alone: the rows of its map are one long row, or parts of it.
static void plan_one(cb_plan *p, int batch, int threads) {
  cb_layer *l = &p->stages[0].layer;
  int pixels = l->height * l->width, rows = 1, height = l->height, step = p->stages[0].step;
  bool is_whole = p->stages[0].segment == pixels;
  if (threads > batch && share_pairs(p, threads)) {
    rows = p->shares_pairs ? 1 : height;
  } else if (l->kind == CB_POINTWISE && (l->outputs > pixels || (is_whole && threads > batch))) {
    // The kernel is larger than the maps: it is read once, for all images.
    if (batch < CB_ROWS) p->images = batch;
    if (threads > 1) p->across = parts_for(threads, cb_groups(l, p->instructions));
  } else if (threads > batch) {
    rows = height;
    p->parts = parts_for(threads, cb_parts(rows, step));
  } else {
    // What is read stays in the second cache for all groups of results.
    size_t bytes = (size_t)l->inputs * (size_t)pixels * sizeof(float);
    while (bytes / (size_t)rows > ring_bytes && height % (rows * 2 * step) == 0 && !is_whole) rows *= 2;
  }
  l->width = l->out_width = pixels / rows;
  l->height = l->out_height = rows;
  cb_place_rings(p, cb_least(rows, CB_ROWS));
}

// Without windows the pixels may fall into rows of any length: of some tiles, where that divides them.
static void lengthen_rows(cb_plan *p) {
  int pixels = p->stages[0].layer.height * p->stages[0].layer.width, width = pixels, segment = 1;
  for (int i = 0; i < p->count; i++)
    if (p->stages[i].segment > 0) segment = p->stages[i].segment;
  for (int one = 64; one >= 16 && width == pixels; one--)
    if (pixels % one == 0 && one % segment == 0) width = one;
  for (int i = 0; i < p->count; i++) {
    cb_layer *l = &p->stages[i].layer;
    l->width = l->out_width = width;
    l->height = l->out_height = pixels / width;
  }
}

// How many more rows are computed than there are, in hundredths of these, where the rows of an image are shared out: at
// the worst stage. Its last part is as long as the longest, and windows read over the ends of a part.
static int extra_rows(const cb_plan *p, int threads) {
  int rows = cb_parts(p->stages[p->count - 1].layer.out_height, threads), worst = 0;
  for (int i = p->count - 1; i >= 0; i--) {
    const cb_layer *l = &p->stages[i].layer;
    int extra = 100 * rows * threads / l->out_height - 100;
    if (extra > worst) worst = extra;
    if (cb_reads_windows(l)) rows = cb_least(cb_span(l, rows), l->height);
  }
  return worst;
}

// The first stage whose blocks of channels threads may share: the last that mixes channels, or what follows a norm. Every
// thread computes all before it; −1 where that takes as long, or where nothing follows the norm.
static int shared_stage(const cb_plan *p) {
  int shared = 0;
  bool takes_long = false;
  for (int i = 0; i < p->count; i++) {
    const cb_layer *l = &p->stages[i].layer;
    bool is_norm = l->kind == CB_NORMALIZE;
    if (is_norm || l->kind == CB_POINTWISE || l->kind == CB_IMAGES) {
      if (takes_long) return -1;
      shared = i + is_norm;
    }
    takes_long |= l->kind == CB_POINTWISE || cb_reads_windows(l);
  }
  return shared < p->count ? shared : -1;
}

// As extra_rows, of the blocks of such a stage.
static int extra_blocks(const cb_plan *p, int shared, int threads) {
  const cb_layer *l = &p->stages[shared].layer;
  int worst = 0;
  for (int t = 0; t < threads; t++) {
    int blocks = cb_shared_block(l, p->instructions, t + 1, threads) -
                 cb_shared_block(l, p->instructions, t, threads);
    if (blocks > worst) worst = blocks;
  }
  return 100 * worst * threads / cb_parts(l->outputs, p->lanes) - 100;
}

static void plan_several(cb_plan *p, int batch, int threads) {
  const cb_layer *last = &p->stages[p->count - 1].layer;
  bool windows = false;
  for (int i = 0; i < p->count; i++) windows |= cb_reads_windows(&p->stages[i].layer);
  if (!windows) lengthen_rows(p);
  bool is_shared = threads > batch && share_pairs(p, threads);
  if (threads > batch && !is_shared) {
    int shared = shared_stage(p);
    if (shared >= 0 && extra_blocks(p, shared, threads) <= extra_rows(p, threads)) {
      p->across = threads;
      p->shared = shared;
    } else {
      p->parts = cb_least(last->out_height, threads);
    }
  }
  int step = p->stages[p->count - 1].step, band = cb_least(cb_parts(last->out_height, p->parts), CB_ROWS);
  band = cb_parts(band, step) * step;
  while (cb_place_rings(p, band) > ring_bytes && band > step) band = cb_parts(band / 2, step) * step;
}

cb_plan cb_plan_of(const cb_chain *chain, cb_instructions instructions, int threads) {
  cb_plan p = {.instructions = instructions, .lanes = cb_lanes(instructions),
               .images = 1, .parts = 1, .across = 1};
  cb_place_stages(&p, chain);
  if (p.count == 1 && !cb_reads_windows(&p.stages[0].layer) && !p.stages[0].is_prepared) plan_one(&p, chain->batch, threads);
  else plan_several(&p, chain->batch, threads);
  p.tasks = chain->batch / p.images * p.parts * p.across;
  return p;
}

size_t cb_scratch_bytes(const cb_chain *chain, cb_instructions instructions, int threads) {
  return cb_plan_of(chain, instructions, threads).floats * sizeof(float) * (size_t)threads;
}
