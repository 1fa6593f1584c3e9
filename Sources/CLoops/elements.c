// Functions of single numbers and of pairs of them, shared out by runs.
#include "internal.h"

// Values to a piece: enough to be worth taking, and few enough to stay in the first cache.
enum { RUN = 1 << 13 };

typedef struct {
  cl_function function;
  const float *p;
  const cl_kernels *kernels;
  int64_t count;
  const float *source;
  float *result;
} map_call;

static void map_pieces(cl_work *work) {
  const map_call *c = work->call;
  for (int64_t piece; cl_take(work, &piece);) {
    int64_t begin = piece * RUN, count = cl_least(RUN, c->count - begin);
    c->kernels->map(c->function, c->p, count, c->source + begin, c->result + begin);
  }
}

void cl_map(cl_function function, const float *p, cl_instructions instructions, int threads,
            int64_t count, const float *source, float *result) {
  static const float none[3];
  map_call c = {function, p ? p : none, cl_kernels_of(instructions), count, source, result};
  if (threads <= 1) return c.kernels->map(function, c.p, count, source, result);
  cl_share_out(&c, map_pieces, cl_parts(count, RUN), count, threads);
}

typedef struct {
  cl_arithmetic arithmetic;
  cl_pair pair;
  const cl_kernels *kernels;
  int64_t count;
  const float *a, *b;
  float *result;
} zip_call;

// Axes over which both arrays go on evenly become one.
static cl_pair merged(const cl_pair *pair) {
  cl_pair m = {.rank = 0};
  for (int i = 0; i < pair->rank; i++) {
    if (pair->extents[i] == 1) continue;
    int last = m.rank - 1;
    int64_t extent = pair->extents[i];
    if (m.rank > 0 && m.a[last] == pair->a[i] * extent && m.b[last] == pair->b[i] * extent) {
      m.extents[last] *= extent;
    } else {
      last = m.rank++;
      m.extents[last] = extent;
    }
    m.a[last] = pair->a[i];
    m.b[last] = pair->b[i];
  }
  if (m.rank == 0) m = (cl_pair){.rank = 1, .extents = {1}};
  return m;
}

// Whether `b` has one short row for many of `a`, as a factor a channel has for a map in blocks of channels.
static bool repeats_rows(const zip_call *c) {
  const cl_pair *p = &c->pair;
  int inner = p->rank - 1, rows = inner - 1;
  if (inner == 0) return false;
  int64_t length = p->extents[inner];
  return RUN % length == 0 && length % c->kernels->lanes == 0 && p->a[inner] == 1 &&
         p->a[rows] == length && p->b[inner] == 1 && p->b[rows] == 0;
}

// A piece is made of runs along the last axis, which it may begin and end within, or of whole rows.
static void zip_pieces(cl_work *work) {
  const zip_call *c = work->call;
  const cl_pair *p = &c->pair;
  bool rows = repeats_rows(c);
  int axis = p->rank - (rows ? 2 : 1);
  int64_t length = rows ? p->extents[axis + 1] : 1;
  for (int64_t piece; cl_take(work, &piece);) {
    int64_t end = cl_least(c->count, (piece + 1) * RUN);
    for (int64_t at = piece * RUN; at < end;) {
      int64_t rest = at / length, place = rest % p->extents[axis];
      int64_t count = cl_least((end - at) / length, p->extents[axis] - place);
      int64_t a = place * p->a[axis], b = place * p->b[axis];
      rest /= p->extents[axis];
      for (int i = axis - 1; i >= 0; rest /= p->extents[i], i--) {
        a += rest % p->extents[i] * p->a[i];
        b += rest % p->extents[i] * p->b[i];
      }
      if (rows)
        c->kernels->zip_rows(c->arithmetic, count, length, c->a + a, c->b + b, c->result + at);
      else
        c->kernels->zip(c->arithmetic, count, c->a + a, p->a[axis], c->b + b, p->b[axis],
                        c->result + at);
      at += count * length;
    }
  }
}

void cl_zip(cl_arithmetic arithmetic, const cl_pair *pair, cl_instructions instructions,
            int threads, const float *a, const float *b, float *result) {
  zip_call c = {arithmetic, merged(pair), cl_kernels_of(instructions), 1, a, b, result};
  for (int i = 0; i < pair->rank; i++) c.count *= pair->extents[i];
  cl_share_out(&c, zip_pieces, cl_parts(c.count, RUN), c.count, threads);
}
