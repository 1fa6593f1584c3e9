// Products of tiles, with AMX: 16 pixels of 64 bytes by 16 results.
#include "internal.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define TARGET \
  "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma,amx-tile,amx-bf16,amx-int8"
// The pixels of a tile and of a group, and the bytes of a step of a group.
enum { TILE = 16, GROUP = 2 * TILE, STEP_BYTES = GROUP * 64 };

#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)

void cb_configure_tiles(void) {
  // As the processor reads it: each tile has 16 rows of 64 bytes.
  struct {
    uint8_t palette, start, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
  } configuration = {.palette = 1};
  for (int t = 0; t < 8; t++) {
    configuration.rows[t] = 16;
    configuration.row_bytes[t] = 64;
  }
  _tile_loadconfig(&configuration);
}

void cb_release_tiles(void) { _tile_release(); }

#define ADD_PRODUCTS(sum, pixels, kernel)         \
  do {                                            \
    if (bytes) _tile_dpbusd(sum, pixels, kernel); \
    else _tile_dpbf16ps(sum, pixels, kernel);     \
  } while (0)

static inline __attribute__((always_inline)) void multiply(bool bytes, int tiles, int blocks,
                                                           const char *pixels, int steps,
                                                           const char *kernel, void *sums) {
  _tile_zero(0);
  if (blocks > 1) _tile_zero(1);
  if (tiles > 1) _tile_zero(2);
  if (tiles > 1 && blocks > 1) _tile_zero(3);
  size_t line = (size_t)blocks * 64;
  for (int i = 0; i < steps; i++, pixels += STEP_BYTES, kernel += 16 * line) {
    _tile_loadd(6, kernel, line);
    _tile_loadd(4, pixels, 64);
    ADD_PRODUCTS(0, 4, 6);
    if (tiles > 1) {
      _tile_loadd(5, pixels + 1024, 64);
      ADD_PRODUCTS(2, 5, 6);
    }
    if (blocks > 1) {
      _tile_loadd(7, kernel + 64, line);
      ADD_PRODUCTS(1, 4, 7);
      if (tiles > 1) ADD_PRODUCTS(3, 5, 7);
    }
  }
  char *to = sums;
  _tile_stored(0, to, 64);
  if (blocks > 1) _tile_stored(1, to + 1024, 64);
  if (tiles > 1) _tile_stored(2, to + 2048, 64);
  if (tiles > 1 && blocks > 1) _tile_stored(3, to + 3072, 64);
}

static inline __attribute__((always_inline)) void multiply_any(bool bytes, int tiles, int blocks,
                                                               const char *pixels, int steps,
                                                               const char *kernel, void *sums) {
  if (tiles > 1 && blocks > 1) multiply(bytes, 2, 2, pixels, steps, kernel, sums);
  else if (tiles > 1) multiply(bytes, 2, 1, pixels, steps, kernel, sums);
  else if (blocks > 1) multiply(bytes, 1, 2, pixels, steps, kernel, sums);
  else multiply(bytes, 1, 1, pixels, steps, kernel, sums);
}

#define NAME(x) x##_tiles
#define BYTES 0
#define MULTIPLY(...) multiply_any(false, __VA_ARGS__)
#define IN_REGISTERS 0
#include "narrow.h"

#undef NAME
#undef BYTES
#undef MULTIPLY
#define NAME(x) x##_byte_tiles
#define BYTES 1
#define MULTIPLY(...) multiply_any(true, __VA_ARGS__)
#include "narrow.h"

#pragma clang attribute pop
#else
void cb_configure_tiles(void) {}
void cb_release_tiles(void) {}
#endif
