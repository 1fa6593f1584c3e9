// Convolutions of bf16 and of bytes by products of tiles: 16 rows of 64 bytes, which are pixels, times 64
// bytes by 16 outputs. In f32 they are those of CD_AVX512_BF16, as poolings are.
#if defined(__x86_64__)
#define LANES 16
#define ROWS 16
#define FUSED 1
#define HAS_BF16 1
#define TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16,fma,amx-tile,amx-bf16,amx-int8"
#include "vectors.h"

#include <string.h>

// What the tiles are used for: sums of two tiles of pixels by two vectors of outputs, the pixels, and the
// kernel's words.
enum { SUMS = 0, PIXELS = 4, KERNEL = 6, TILES = 8 };

// As the processor reads it.
typedef struct {
  uint8_t palette, start, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} configuration;

static void configure_tiles(int pixels, int words) {
  configuration c = {.palette = 1};
  for (int t = SUMS; t < TILES; t++) {
    c.rows[t] = (uint8_t)(t < KERNEL ? pixels : words);
    c.row_bytes[t] = (uint16_t)(t >= PIXELS && t < KERNEL ? words * 4 : 64);
  }
  _tile_loadconfig(&c);
}

// Steps through the source of a convolution, in bytes: each step is one product of tiles.
typedef struct {
  int height, width, blocks;
  size_t row, pixel, plane;
  size_t across;  // from a pixel of a tile to the next
  size_t kernel;  // bytes of the kernel's words for one vector of outputs
} walk;

#define ADD_PRODUCTS(sum, pixels, kernel)             \
  do {                                                \
    if (whole) _tile_dpbusd(sum, pixels, kernel);     \
    else _tile_dpbf16ps(sum, pixels, kernel);         \
  } while (0)

// `tiles` of pixels × `vectors` of outputs, over all taps and inputs in their order: each sum is the same
// whatever is computed beside it.
INLINE void multiply(bool whole, int tiles, int vectors, const walk *w, const char *const *source,
                     const char *packed, lanes_i *sums) {
  _tile_zero(0);
  if (vectors > 1) _tile_zero(1);
  if (tiles > 1) _tile_zero(2);
  if (tiles > 1 && vectors > 1) _tile_zero(3);
  size_t line = (size_t)vectors * 64, step = w->kernel * (size_t)vectors;
  for (int y = 0; y < w->height; y++)
    for (int x = 0; x < w->width; x++) {
      size_t at = (size_t)y * w->row + (size_t)x * w->pixel;
      for (int i = 0; i < w->blocks; i++, at += w->plane, packed += step) {
        _tile_loadd(6, packed, line);
        _tile_loadd(4, source[0] + at, w->across);
        ADD_PRODUCTS(0, 4, 6);
        if (tiles > 1) {
          _tile_loadd(5, source[1] + at, w->across);
          ADD_PRODUCTS(2, 5, 6);
        }
        if (vectors > 1) {
          _tile_loadd(7, packed + 64, line);
          ADD_PRODUCTS(1, 4, 7);
          if (tiles > 1) ADD_PRODUCTS(3, 5, 7);
        }
      }
    }
  _tile_stored(0, sums, 64);
  if (vectors > 1) _tile_stored(1, sums + 16, 64);
  if (tiles > 1) _tile_stored(2, sums + 32, 64);
  if (tiles > 1 && vectors > 1) _tile_stored(3, sums + 48, 64);
}

typedef void multiply_kernel(const walk *w, const char *const *source, const char *packed,
                             lanes_i *sums);
#define KERNEL(type, whole, tiles, vectors)                                              \
  static void multiply_##type##_##tiles##_##vectors(                                     \
      const walk *w, const char *const *source, const char *packed, lanes_i *sums) {     \
    multiply(whole, tiles, vectors, w, source, packed, sums);                            \
  }
#define KERNELS(type, whole) \
  KERNEL(type, whole, 1, 1) KERNEL(type, whole, 1, 2) KERNEL(type, whole, 2, 1) KERNEL(type, whole, 2, 2)
#define TABLE(type) \
  {{multiply_##type##_1_1, multiply_##type##_1_2}, {multiply_##type##_2_1, multiply_##type##_2_2}}
KERNELS(bf16, false)
KERNELS(u8, true)
static multiply_kernel *const kernels[2][2][2] = {TABLE(bf16), TABLE(u8)};

// How the pixels of a map fall into tiles: a part of a row, or several short rows with what lies between.
typedef struct {
  int rows, width;  // of the results in a tile
  int parts;        // of a row
  int pitch;        // pixels from a row to the next
  int pixels;       // of a tile, those between rows included
} tiling;

static tiling tiling_of(const cd_convolution *c) {
  tiling t = {.rows = 1, .pitch = c->source.width + 2 * c->source.border};
  t.parts = (c->out_width + 15) / 16;
  t.width = (c->out_width + t.parts - 1) / t.parts;
  if (t.parts == 1) t.rows = (16 - t.width) / t.pitch + 1;
  if (t.rows > c->out_height) t.rows = c->out_height;
  t.pixels = (t.rows - 1) * t.pitch + t.width;
  return t;
}

// A tile of an image's results. Where the tiles do not come out even, the last ones begin earlier, and what
// others have computed already is not finished again.
typedef struct {
  int image, y, x;
  int skipped_rows, rows, skipped_width;
} spot;

typedef struct {
  const cd_convolve_call *call;
  walk walk;
  tiling tiling;
  finish_strides results;
  const char *packed;
  int vector, vectors;  // of outputs
  spot spots[2];
  const char *sources[2];
  int count;
} batch_of_tiles;

static void finish_tiles(batch_of_tiles *b) {
  if (b->count == 0) return;
  const cd_convolution *c = b->call->convolution;
  lanes_i sums[4 * ROWS];
  bool whole = c->source.type == CD_U8;
  kernels[whole][b->count - 1][b->vectors - 1](&b->walk, b->sources, b->packed, sums);
  for (int i = 0; i < b->count; i++) {
    const spot *s = &b->spots[i];
    for (int v = 0; v < b->vectors; v++)
      for (int y = s->skipped_rows; y < s->rows; y++) {
        places to = places_of(&b->results, &b->call->results, s->image, b->vector + v, s->y + y);
        size_t x = (size_t)(s->x + s->skipped_width);
        to.addend += x * b->results.addend.pixel;
        to.first += x * b->results.first.pixel;
        to.second += x * b->results.second.pixel;
        finish(&c->finish, &b->results, whole,
               sums + (i * 2 + v) * ROWS + y * b->tiling.pitch + s->skipped_width,
               b->tiling.width - s->skipped_width, (b->vector + v) * LANES, &to);
      }
  }
  b->count = 0;
}

// The tiles of the rows of results from `first` up to `last` of an image.
static void convolve_rows(batch_of_tiles *b, const cd_strides *s, int image, int first, int last) {
  const cd_convolution *c = b->call->convolution;
  const tiling *t = &b->tiling;
  for (int row = first; row < last; row += t->rows)
    for (int part = 0; part < t->parts; part++) {
      spot at = {.image = image, .y = row, .x = part * t->width};
      if (at.y > c->out_height - t->rows) at.y = c->out_height - t->rows;
      if (at.x > c->out_width - t->width) at.x = c->out_width - t->width;
      at.skipped_rows = row - at.y;
      at.skipped_width = part * t->width - at.x;
      at.rows = last - at.y < t->rows ? last - at.y : t->rows;
      b->sources[b->count] =
          b->call->source + (size_t)image * s->image + s->inside +
          (ptrdiff_t)(at.y * c->stride - c->top) * (ptrdiff_t)s->row +
          (ptrdiff_t)(at.x * c->stride - c->left) * (ptrdiff_t)s->pixel;
      b->spots[b->count++] = at;
      if (b->count == 2) finish_tiles(b);
    }
}

void cd_convolve_amx(const cd_convolve_call *call, int group, int part) {
  const cd_convolution *c = call->convolution;
  const cd_division *d = call->division;
  cd_strides s = cd_strides_of(&c->source, call->instructions);
  int words = (int)s.pixel / 4;
  // A row of taps of few channels is one step.
  bool few = c->source.channels <= 4;
  if (few) words *= c->kernel_width;
  if (c->source.type == CD_F32 || words > 16) return cd_convolve_avx512_bf16(call, group, part);

  batch_of_tiles b = {.call = call, .tiling = tiling_of(c)};
  b.walk = (walk){.height = c->kernel_height, .width = few ? 1 : c->kernel_width,
                  .blocks = cd_blocks(&c->source, call->instructions), .row = s.row,
                  .pixel = s.pixel, .plane = s.plane, .across = s.pixel * (size_t)c->stride,
                  .kernel = (size_t)words * LANES * 4};
  b.results = finish_strides_of(&c->finish, call->instructions);
  size_t vector_bytes = b.walk.kernel * (size_t)(b.walk.blocks * b.walk.width * b.walk.height);
  configure_tiles(b.tiling.pixels, words);
  int begin = cd_share(d->rows, group, d->groups), end = cd_share(d->rows, group + 1, d->groups);
  for (int pair = cd_share(d->pairs, part, d->parts); pair < cd_share(d->pairs, part + 1, d->parts);
       pair++) {
    b.vector = 2 * pair;
    b.vectors = c->outputs / LANES - b.vector < 2 ? 1 : 2;
    b.packed = call->packed + (size_t)b.vector * vector_bytes;
    for (int row = begin; row < end;) {
      int image = row / c->out_height, first = row % c->out_height;
      int last = first + end - row < c->out_height ? first + end - row : c->out_height;
      convolve_rows(&b, &s, image, first, last);
      row += last - first;
    }
    finish_tiles(&b);
  }
  _tile_release();
}

#pragma clang attribute pop
#endif
