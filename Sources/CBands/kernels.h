// The rows of each kind of layer, compiled once for each instruction set.
//
// The file that includes this one defines
//   LANES   the values in a vector, and the channels in a block
//   PIXELS  the most pixels that are computed at once: with BLOCKS blocks their sums fit into the registers
//   BLOCKS  the most blocks of results at once, as `cb_most_blocks` says
//   FUSED   whether multiply-adds are one operation
//   LOOPS   the instructions of CLoops, whose functions are applied
//   TARGET  the instructions that the functions may use, if they are named
//   NAME    a function's name for this instruction set
#include "internal.h"
#include "strassen_passes.h"

#pragma clang diagnostic ignored "-Wpsabi"
#ifdef TARGET
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)
#endif
#pragma clang fp contract(off)

typedef float lanes __attribute__((ext_vector_type(LANES), aligned(LANES * 4)));
#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

#if FUSED
#define FMA(x, y, z) __builtin_elementwise_fma((x), (y), (z))
#else
#define FMA(x, y, z) ((x) * (y) + (z))
#endif

INLINE lanes at(const float *from) { return *(const lanes *)from; }

typedef float loose_lanes __attribute__((ext_vector_type(LANES), aligned(4)));
typedef int lanes_i __attribute__((ext_vector_type(LANES)));

// The places of a block from `begin` up to `end`.
INLINE lanes_i places_within(int begin, int end) {
  lanes_i places;
  for (int i = 0; i < LANES; i++) places[i] = i >= begin && i < end ? -1 : 0;
  return places;
}

INLINE lanes chosen(lanes_i which, lanes x, lanes y) {
  return (lanes)((which & (lanes_i)x) | (~which & (lanes_i)y));
}

// Between two numbers; what is not a number stays.
INLINE lanes kept(lanes x, lanes least, lanes most) {
  x = least > x ? least : x;
  return most < x ? most : x;
}

// The pixels of a row in pieces as alike as they can be.
typedef struct {
  int pieces, smaller, larger_count;
} pieces;

INLINE pieces pieces_of(int width, int most) {
  pieces p = {.pieces = cb_parts(width, most)};
  p.smaller = width / p.pieces;
  p.larger_count = width % p.pieces;
  return p;
}

// Applies the layer's function to pixels of blocks that have just been written, which are `block` floats apart.
static void apply_to(const cb_rows *r, float *values, size_t block, int pixels, int blocks) {
  const cb_layer *l = r->layer;
  if (!l->has_function) return;
  for (int b = 0; b < blocks; b++, values += block)
    cl_map(l->function, l->parameters, LOOPS, 1, (int64_t)pixels * LANES, values, values);
}

// The same of a whole row.
static void apply(const cb_rows *r, int row, int first, int last) {
  apply_to(r, r->results[row] + (size_t)first * r->result_block, r->result_block, r->width, last - first);
}

// A function M for each number of pixels and of blocks, and a table of them.
#if BLOCKS == 3
#define EACH_BLOCKS(M, pixels) M(pixels, 1) M(pixels, 2) M(pixels, 3)
#define TILE_ROW(name, pixels) {name##_##pixels##_1, name##_##pixels##_2, name##_##pixels##_3}
#else
#define EACH_BLOCKS(M, pixels) M(pixels, 1) M(pixels, 2)
#define TILE_ROW(name, pixels) {name##_##pixels##_1, name##_##pixels##_2}
#endif
#define EACH_TILE_TO_3(M) EACH_BLOCKS(M, 1) EACH_BLOCKS(M, 2) EACH_BLOCKS(M, 3)
#define TILES_TO_3(name) TILE_ROW(name, 1), TILE_ROW(name, 2), TILE_ROW(name, 3)
#define EACH_TILE_TO_6(M) EACH_TILE_TO_3(M) EACH_BLOCKS(M, 4) EACH_BLOCKS(M, 5) EACH_BLOCKS(M, 6)
#define TILES_TO_6(name) TILES_TO_3(name), TILE_ROW(name, 4), TILE_ROW(name, 5), TILE_ROW(name, 6)
#if PIXELS == 8
#define EACH_TILE(M) EACH_TILE_TO_6(M) EACH_BLOCKS(M, 7) EACH_BLOCKS(M, 8)
#define TILES(name) {TILES_TO_6(name), TILE_ROW(name, 7), TILE_ROW(name, 8)}
#elif PIXELS == 6
#define EACH_TILE(M) EACH_TILE_TO_6(M)
#define TILES(name) {TILES_TO_6(name)}
#else
#define EACH_TILE(M) EACH_TILE_TO_3(M)
#define TILES(name) {TILES_TO_3(name)}
#endif

#include "elements.h"
#include "attention.h"
#include "pointwise.h"
#include "depthwise.h"
#include "strassen.h"
#include "images.h"
#include "pool.h"

#ifdef TARGET
#pragma clang attribute pop
#endif
