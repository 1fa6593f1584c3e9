// The transforms and products, compiled once for each instruction set.
//
// The file that includes this one defines
//   LANES   the values in a vector, and the channels in a block
//   ROWS    the tiles that are multiplied at once: twice as many sums must fit into the registers
//   FUSED   whether multiply-adds are one operation
//   TARGET  the instructions that the functions may use, if they are named
//   NAME    a function's name for this instruction set
#include "internal.h"

// Vectors are passed between functions of this file only, all of which are inlined.
#pragma clang diagnostic ignored "-Wpsabi"
#ifdef TARGET
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)
#endif
#pragma clang fp contract(off)

typedef float lanes __attribute__((vector_size(LANES * 4), aligned(LANES * 4)));
typedef int lanes_mask __attribute__((vector_size(LANES * 4), aligned(LANES * 4)));
typedef unsigned short half_lanes __attribute__((vector_size(LANES * 2), aligned(LANES * 2)));
#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

#if FUSED
#define FMA(x, y, z) __builtin_elementwise_fma((x), (y), (z))
#else
#define FMA(x, y, z) ((x) * (y) + (z))
#endif

// Not `(lanes){} + x`: to add 0 to a float is an operation, as −0 becomes 0.
INLINE lanes splat(float x) {
  int bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return (lanes)((lanes_mask){} + bits);
}

// A pixel of a map, `size` bytes a value: 4 of a float, 2 of a bfloat16.
INLINE lanes load_pixel(const char *from, size_t size) {
  if (size == 4) return *(const lanes *)from;
  return (lanes)(__builtin_convertvector(*(const half_lanes *)from, lanes_mask) << 16);
}

INLINE void store_pixel(char *to, size_t size, lanes value) {
  if (size == 4) {
    *(lanes *)to = value;
    return;
  }
  // To the nearest, to even of two; what is not a number stays none.
  lanes_mask bits = (lanes_mask)value, rounded = bits + 0x7fff + ((bits >> 16) & 1);
  rounded = ((value == value) & rounded) | ((value != value) & ((bits & ~0xffff) | 0x400000));
  *(half_lanes *)to = __builtin_convertvector((rounded >> 16) & 0xffff, half_lanes);
}

// One dimension of Bᵀd: six values at distance `s` become six.
INLINE void analyse(const lanes *d, int s, lanes *r, int t) {
  const lanes a = splat(CW_A), b = splat(CW_B);
  const lanes a2 = splat(-CW_A * CW_A), b2 = splat(-CW_B * CW_B);
  const lanes p = splat(CW_A * CW_A * CW_B * CW_B);
  const lanes q = splat(-CW_A * CW_A - CW_B * CW_B);
  lanes e = FMA(b2, d[2 * s], d[4 * s]), o = FMA(b2, d[1 * s], d[3 * s]);
  lanes f = FMA(a2, d[2 * s], d[4 * s]), h = FMA(a2, d[1 * s], d[3 * s]);
  r[0 * t] = FMA(p, d[0 * s], FMA(q, d[2 * s], d[4 * s]));
  r[1 * t] = FMA(a, o, e);
  r[2 * t] = FMA(-a, o, e);
  r[3 * t] = FMA(b, h, f);
  r[4 * t] = FMA(-b, h, f);
  r[5 * t] = FMA(p, d[1 * s], FMA(q, d[3 * s], d[5 * s]));
}

// One dimension of Aᵀm: six values become four.
INLINE void synthesise(const lanes *m, int s, lanes *r, int t) {
  const lanes a = splat(CW_A), b = splat(CW_B);
  const lanes a2 = splat(CW_A * CW_A), b2 = splat(CW_B * CW_B);
  const lanes a3 = splat(CW_A * CW_A * CW_A);
  const lanes b3 = splat(CW_B * CW_B * CW_B);
  lanes e = m[1 * s] + m[2 * s], o = m[1 * s] - m[2 * s];
  lanes f = m[3 * s] + m[4 * s], h = m[3 * s] - m[4 * s];
  r[0 * t] = m[0 * s] + (e + f);
  r[1 * t] = FMA(b, h, a * o);
  r[2 * t] = FMA(b2, f, a2 * e);
  r[3 * t] = FMA(b3, h, FMA(a3, o, m[5 * s]));
}

// The tile whose first output is (y, x), of one block of channels, into `v` and every `step`
// further.
INLINE void transform_input(const cw_convolution *c, size_t size, const char *plane, int y, int x,
                            float *v, size_t step) {
  lanes d[36], r[36];
  int top = y - c->top, left = x - c->left;
  if (top >= 0 && left >= 0 && top + 6 <= c->height && left + 6 <= c->width) {
    const char *from = plane + ((size_t)top * c->width + left) * LANES * size;
    for (int i = 0; i < 6; i++, from += (size_t)c->width * LANES * size) {
      for (int j = 0; j < 6; j++) d[j] = load_pixel(from + j * LANES * size, size);
      analyse(d, 1, r + 6 * i, 1);
    }
  } else {
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 6; j++) {
        int row = top + i, column = left + j;
        bool inside = row >= 0 && row < c->height && column >= 0 && column < c->width;
        const char *from = plane + ((size_t)row * c->width + column) * LANES * size;
        d[6 * i + j] = inside ? load_pixel(from, size) : (lanes){};
      }
      analyse(d + 6 * i, 1, r + 6 * i, 1);
    }
  }
  for (int j = 0; j < 6; j++) {
    lanes out[6];
    analyse(r + j, 6, out, 1);
    for (int i = 0; i < 6; i++) *(lanes *)(v + (6 * i + j) * step) = out[i];
  }
}

// The tile whose first output is (y, x), of one block of channels, from the sums at `m` and every
// `step` further; `bias` may be null.
INLINE void transform_output(const cw_call *call, size_t size, const float *m, size_t step, int y,
                             int x, const float *bias, char *plane) {
  const cw_convolution *c = call->convolution;
  lanes r[24], s[16];
  for (int j = 0; j < 6; j++) {
    lanes in[6];
    for (int i = 0; i < 6; i++) in[i] = *(const lanes *)(m + (6 * i + j) * step);
    synthesise(in, 1, r + j, 6);
  }
  lanes shift = {};
  if (bias) __builtin_memcpy(&shift, bias, sizeof shift);
  int rows = c->out_height - y < 4 ? c->out_height - y : 4;
  int columns = c->out_width - x < 4 ? c->out_width - x : 4;
  for (int i = 0; i < 4; i++) synthesise(r + 6 * i, 1, s + 4 * i, 1);
  for (int i = 0; i < rows; i++) {
    char *to = plane + ((size_t)(y + i) * c->out_width + x) * LANES * size;
    for (int j = 0; j < columns; j++, to += LANES * size) {
      lanes value = s[4 * i + j];
      if (bias) value += shift;
      if (c->adds_to_destination) value += load_pixel(to, size);
      if (c->relu) value = (lanes)((value > 0) & (lanes_mask)value);
      if (c->has_function) s[4 * i + j] = value;
      else store_pixel(to, size, value);
    }
  }
  if (!c->has_function) return;
  cl_map(c->function, c->parameters, call->loops, 1, 16 * LANES, (float *)s, (float *)s);
  for (int i = 0; i < rows; i++) {
    char *to = plane + ((size_t)(y + i) * c->out_width + x) * LANES * size;
    for (int j = 0; j < columns; j++, to += LANES * size) store_pixel(to, size, s[4 * i + j]);
  }
}

// `rows` tiles × `blocks` blocks of outputs, over all inputs in their order: each sum is the same
// whatever is computed beside it. Rows and blocks are constants where this is called.
INLINE void multiply(int rows, int blocks, const float *v, size_t v_step, const float *u,
                     int inputs, float *m) {
  lanes sum[ROWS][2];
  UNROLLED
  for (int r = 0; r < rows; r++) {
    UNROLLED
    for (int b = 0; b < blocks; b++) sum[r][b] = (lanes){};
  }
  for (int i = 0; i < inputs; i += LANES, v += v_step) {
#pragma clang loop unroll_count(4)
    for (int k = 0; k < LANES; k++, u += blocks * LANES) {
      UNROLLED
      for (int r = 0; r < rows; r++) {
        lanes x = splat(v[r * LANES + k]);
        UNROLLED
        for (int b = 0; b < blocks; b++)
          sum[r][b] = FMA(x, *(const lanes *)(u + b * LANES), sum[r][b]);
      }
    }
  }
  UNROLLED
  for (int r = 0; r < rows; r++) {
    UNROLLED
    for (int b = 0; b < blocks; b++) *(lanes *)(m + (r * blocks + b) * LANES) = sum[r][b];
  }
}

// A function of its own for every number of rows that may be left.
#define CASE(n)                                                     \
  case n:                                                           \
    if (blocks == 2) multiply(n, 2, v, v_step, u, inputs, m);       \
    else multiply(n, 1, v, v_step, u, inputs, m);                   \
    break;

static void multiply_rows(int rows, int blocks, const float *v, size_t v_step,
                          const float *u, int inputs, float *m) {
  switch (rows) {
    CASE(1) CASE(2) CASE(3)
#if ROWS > 3
    CASE(4) CASE(5) CASE(6)
#endif
#if ROWS > 6
    CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12) CASE(13) CASE(14)
#endif
  }
}

// Transforms a group's inputs; then, two blocks of outputs at a time, multiplies them with the
// kernel and transforms the sums, which are still in the cache.
INLINE void compute_piece(const cw_call *call, size_t size, int group, int part, float *scratch) {
  const cw_convolution *c = call->convolution;
  const cw_division *d = call->division;
  int first = cw_share(d->tiles, group, d->groups);
  int count = cw_share(d->tiles, group + 1, d->groups) - first;
  int down = (c->out_height + CW_TILE - 1) / CW_TILE;
  int sources = c->inputs / LANES, results = c->outputs / LANES;
  size_t source_size = (size_t)c->height * c->width * LANES * size;
  size_t result_size = (size_t)c->out_height * c->out_width * LANES * size;
  size_t source_image = c->source_image ? c->source_image * size : sources * source_size;
  size_t result_image = c->destination_image ? c->destination_image * size : results * result_size;

  // The inputs lie as point · block · tile · lane, the sums as point · tile · block · lane.
  size_t v_step = (size_t)d->largest * LANES, v_point = v_step * sources + LANES;
  size_t m_point = (size_t)d->largest * 2 * LANES + LANES;
  float *v = scratch, *m = scratch + CW_POINTS * v_point;
  for (int t = 0; t < count; t++) {
    int tile = first + t, image = tile / (d->across * down);
    int y = tile / d->across % down * CW_TILE, x = tile % d->across * CW_TILE;
    const char *from = call->source + image * source_image;
    for (int i = 0; i < sources; i++)
      transform_input(c, size, from + i * source_size, y, x, v + i * v_step + t * LANES, v_point);
  }

  for (int pair = cw_share(d->pairs, part, d->parts); pair < cw_share(d->pairs, part + 1, d->parts);
       pair++) {
    int o = 2 * pair, blocks = results - o < 2 ? 1 : 2;
    const float *u = call->transformed + (size_t)CW_POINTS * c->inputs * o * LANES;
    int turns = (count + ROWS - 1) / ROWS;
    for (int p = 0; p < CW_POINTS; p++, u += (size_t)c->inputs * blocks * LANES)
      for (int turn = 0; turn < turns; turn++) {
        int row = cw_share(count, turn, turns), rows = cw_share(count, turn + 1, turns) - row;
        multiply_rows(rows, blocks, v + p * v_point + row * LANES, v_step, u, c->inputs,
                      m + p * m_point + row * blocks * LANES);
      }
    for (int t = 0; t < count; t++) {
      int tile = first + t, image = tile / (d->across * down);
      int y = tile / d->across % down * CW_TILE, x = tile % d->across * CW_TILE;
      for (int b = 0; b < blocks; b++)
        transform_output(call, size, m + (t * blocks + b) * LANES, m_point, y, x,
                         call->bias ? call->bias + (o + b) * LANES : NULL,
                         call->destination + image * result_image + (o + b) * result_size);
    }
  }
}

void NAME(cw_piece)(const cw_call *call, int group, int part, float *scratch) {
  if (call->convolution->bf16) compute_piece(call, 2, group, part, scratch);
  else compute_piece(call, 4, group, part, scratch);
}

#ifdef TARGET
#pragma clang attribute pop
#endif
