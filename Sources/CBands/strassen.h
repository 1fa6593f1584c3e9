// CB_POINTWISE of CB_STRASSEN, for the file that includes kernels.h.

// Pixels of a row that lie side by side.
typedef struct {
  int row, first, pixels;
} pixels_at;

// A tile of pixels, and as many that are their other halves; the last one's may be missing.
typedef struct {
  pixels_at half[2];
  int place;  // of the first among all pairs
} pairs;

enum { MOST_TILES = 256 };

// Pairs that are multiplied with one part of the kernel after the other.
typedef struct {
  const cb_rows *rows;
  cb_inputs some;
  size_t block;   // floats from one block of the sums below to the next
  float *halves;  // s1 to s4
  float *kept;    // the sums between passes
  int tiles;
  int count;  // of pairs
  pairs tile[MOST_TILES];
} paired;

// Where some inputs of pixels begin, from a whole block on.
INLINE const float *source_at(const cb_rows *r, pixels_at at, int input) {
  return r->source[at.row] + (size_t)(input / LANES) * r->source_block + at.first * LANES;
}

// And where blocks of their results begin.
INLINE float *results_at(const cb_rows *r, pixels_at at, int block) {
  return r->results[at.row] + (size_t)block * r->result_block + at.first * LANES;
}

// The sums of halves of one block of inputs, of pixels and of both, with 0 for what is missing.
INLINE void add_halves(const paired *p, const pairs *q, int block) {
  const cb_rows *r = p->rows;
  int input = p->some.first + block * LANES, second = input + p->some.half;
  int last = p->some.first + p->some.inputs;
  lanes_i known = places_within(0, last - second);
  const float *x11 = source_at(r, q->half[0], input), *x12 = source_at(r, q->half[0], second);
  const float *x21 = source_at(r, q->half[1], input), *x22 = source_at(r, q->half[1], second);
  float *s = p->halves + (size_t)block * p->block + q->place * LANES;
  size_t plane = (size_t)(p->some.half / LANES) * p->block;
  for (int i = 0; i < q->half[0].pixels * LANES; i += LANES, s += LANES) {
    bool both = i < q->half[1].pixels * LANES;
    lanes a11 = at(x11 + i), a21 = both ? at(x21 + i) : (lanes)0.0f, a12 = 0.0f, a22 = 0.0f;
    if (second < last) {
      a12 = chosen(known, at(x12 + i), (lanes)0.0f);
      if (both) a22 = chosen(known, at(x22 + i), (lanes)0.0f);
    }
    lanes s1 = a21 + a22, s2 = s1 - a11;
    *(lanes *)(s + CB_S1 * plane) = s1;
    *(lanes *)(s + CB_S2 * plane) = s2;
    *(lanes *)(s + CB_S3 * plane) = a11 - a21;
    *(lanes *)(s + CB_S4 * plane) = a12 - s2;
  }
}

// Brings the results that are written next into the second cache, or they would be waited for.
INLINE void fetch_results(const cb_rows *r, const pairs *q, cb_half_sums which, int block, int count) {
  if (which == CB_NO_SUMS) return;
  pixels_at half = q->half[which == CB_Y2];
  for (int b = 0; b < count; b++) {
    const float *results = results_at(r, half, block + b);
    // A line of the cache is 16 floats.
    for (int i = 0; i < half.pixels * LANES; i += 16) __builtin_prefetch(results + i, 1, 2);
  }
}

// One part of the inputs of a pass, from `input` on, for all pairs and blocks of results from `block` on.
INLINE void multiply_pairs(const paired *p, const cb_pass *pass, int input, int block, int count, tile t) {
  const cb_rows *r = p->rows;
  bool adds = r->layer->adds && p->some.first == 0, finishes = pass->to >= CB_SUMS;
  size_t sums = BLOCKS * p->block, plane = (size_t)(p->some.half / LANES) * p->block;
  t.source_block = pass->pixels <= CB_S4 ? p->block : r->source_block;
  t.result_block = finishes ? r->result_block : p->block;
  t.addend_block = adds ? r->addend_block : r->result_block;
  t.sums_block = p->block;
  for (int i = 0; i < p->tiles; i++) {
    const pairs *q = &p->tile[i];
    pixels_at half = q->half[pass->to == CB_Y2];
    if (half.pixels == 0) continue;
    size_t place = (size_t)q->place * LANES;
    float *results = results_at(r, half, block);
    t.source = pass->pixels <= CB_S4
                   ? p->halves + (size_t)pass->pixels * plane + (size_t)(input / LANES) * p->block + place
                   : source_at(r, half, p->some.first + (pass->first_inputs ? 0 : p->some.half) + input);
    t.results = finishes ? results : p->kept + (size_t)pass->to * sums + place;
    // What the inputs before gave lies where the results go.
    t.addend = !finishes ? 0 : adds ? r->addend[half.row] + (size_t)block * r->addend_block + half.first * LANES
               : p->some.first > 0 ? results : 0;
    for (int s = 0; s < 2; s++)
      t.sums[s] = pass->from[s] == CB_NO_SUMS ? 0 : p->kept + (size_t)pass->from[s] * sums + place;
    if (t.begins && p->some.first == 0) fetch_results(r, q, pass->fetched, block, count);
    multiply_tiles[half.pixels - 1][count - 1](&t);
    if (t.ends) apply_to(r, results, r->result_block, half.pixels, count);
  }
}

// All passes of a group, of which `kernel` is the first one's.
static void multiply_group(const paired *p, int block, int count, const float *kernel) {
  const cb_layer *l = p->rows->layer;
  bool begins = p->some.first == 0, ends = p->some.first + p->some.inputs == l->inputs;
  for (const cb_pass *pass = cb_passes; pass < cb_passes + CB_PASSES; pass++) {
    int blocks = cb_pass_blocks(pass, count), inputs = cb_pass_inputs(pass, p->some);
    if (blocks == 0) continue;
    int from = pass->last_outputs ? block + count - blocks : block;
    bool finishes = pass->to >= CB_SUMS;
    // At least one part: the last pass adds sums alone.
    int parts = inputs > INPUTS ? cb_parts(inputs, INPUTS) : 1;
    for (int part = 0, input = 0; part < parts; part++) {
      int end = part == parts - 1 ? inputs : cb_share(inputs / LANES, part + 1, parts) * LANES;
      tile t = {
          .kernel = kernel, .shift = finishes && begins && l->shift ? l->shift + from * LANES : 0,
          .inputs = end - input, .begins = part == 0, .ends = finishes && ends && part == parts - 1,
          .least = l->least, .most = l->most,
      };
      multiply_pairs(p, pass, input, from, blocks, t);
      kernel += (size_t)t.inputs * (size_t)(blocks * LANES);
      input = end;
    }
  }
}

// The pairs of all rows.
INLINE int pairs_of(const cb_rows *r) {
  if (r->last_pair > 0) return r->last_pair - r->first_pair;
  if (r->segment > r->width) return r->rows / 2 * r->width + r->rows % 2 * ((r->width + 1) / 2);
  return r->rows * (r->width / r->segment * ((r->segment + 1) / 2) + (r->width % r->segment + 1) / 2);
}

// Takes so many pairs at most, from a place in the rows on, which becomes the next one.
INLINE void take_pairs(paired *p, int all, int *row, int *pixel) {
  const cb_rows *r = p->rows;
  p->tiles = p->count = 0;
  while (*row < r->rows && p->tiles < MOST_TILES && p->count < all) {
    // Where a segment is two rows, the last one may be alone.
    bool two = r->segment > r->width && *row + 1 < r->rows;
    int segment = *pixel / r->segment * r->segment, rest = r->width - segment;
    int size = two || r->segment < rest ? r->segment : rest, half = (size + 1) / 2;
    int from = *pixel - segment, left = (r->last_pair > 0 ? r->last_pair : half) - from, most = all - p->count;
    // As alike as those of the segment can be.
    int alike = cb_parts(left, cb_parts(left, PIXELS)), pixels = alike < most ? alike : most;
    int others = size - half - from;
    p->tile[p->tiles++] = (pairs){
        .half = {{*row, *pixel, pixels},
                 {*row + two, two ? *pixel : *pixel + half, others < pixels ? others : pixels}},
        .place = p->count};
    p->count += pixels;
    *pixel += pixels;
    if (pixels == left && !two) *pixel = segment + size;
    if (*pixel == r->width) {
      *pixel = 0;
      *row += 1 + two;
    }
  }
}

void NAME(cb_strassen)(const cb_rows *r) {
  const cb_layer *l = r->layer;
  cb_grouping grouping = cb_grouping_of(l->outputs, CB_STRASSEN, LANES);
  // Blocks of an even number of pixels, as 64, would all fall into the same lines of the first cache.
  paired p = {.rows = r, .block = (size_t)(r->rounded_pixels | 1) * LANES};
  p.kept = r->rounded;
  p.halves = p.kept + CB_SUMS * BLOCKS * p.block;
  // As alike parts as there is memory for.
  int all = pairs_of(r), most = cb_parts(all, cb_parts(all, r->rounded_pixels));
  for (int row = 0, pixel = r->first_pair; row < r->rows;) {
    take_pairs(&p, most, &row, &pixel);
    const float *kernel = l->kernel;
    for (int part = 0; part < cb_input_parts(l->inputs); part++) {
      p.some = cb_inputs_of(l->inputs, LANES, part);
      for (int b = 0; b < p.some.half / LANES; b++)
        for (int i = 0; i < p.tiles; i++) add_halves(&p, &p.tile[i], b);
      for (int g = r->first; g < r->last; g++) {
        int block = cb_group_begin(grouping, g), count = cb_group_begin(grouping, g + 1) - block;
        multiply_group(&p, block, count, kernel + cb_strassen_floats(p.some, block, LANES));
      }
      kernel += cb_strassen_floats(p.some, grouping.blocks, LANES);
    }
  }
}
