// One of two numbers, as a third tells.
#include "internal.h"

// Values to a piece, as for functions of pairs.
enum { RUN = 1 << 13 };

typedef struct {
  const cl_choice *choice;
  int64_t count;
  const float *condition, *a, *b;
  float *result;
} select_call;

static void select_pieces(cl_work *work) {
  const select_call *c = work->call;
  const cl_choice *s = c->choice;
  int inner = s->rank - 1;
  for (int64_t piece; cl_take(work, &piece);) {
    int64_t end = cl_least(c->count, (piece + 1) * RUN);
    for (int64_t at = piece * RUN; at < end;) {
      // A run along the last axis, which a piece may begin and end within.
      int64_t rest = at / s->extents[inner], place = at % s->extents[inner];
      int64_t count = cl_least(end - at, s->extents[inner] - place);
      const float *condition = c->condition + place * s->condition[inner];
      const float *a = c->a + place * s->a[inner], *b = c->b + place * s->b[inner];
      for (int i = inner - 1; i >= 0; rest /= s->extents[i], i--) {
        int64_t step = rest % s->extents[i];
        condition += step * s->condition[i];
        a += step * s->a[i];
        b += step * s->b[i];
      }
      for (int64_t i = 0; i < count; i++)
        c->result[at + i] =
            condition[i * s->condition[inner]] != 0 ? a[i * s->a[inner]] : b[i * s->b[inner]];
      at += count;
    }
  }
}

void cl_select(const cl_choice *choice, int threads, const float *condition, const float *a,
               const float *b, float *result) {
  static const cl_choice single = {.rank = 1, .extents = {1}};
  select_call c = {choice->rank > 0 ? choice : &single, 1, condition, a, b, result};
  for (int i = 0; i < choice->rank; i++) c.count *= choice->extents[i];
  cl_share_out(&c, select_pieces, cl_parts(c.count, RUN), c.count, threads);
}
